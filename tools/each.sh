#!/usr/bin/env bash
# Runs commands separated by `;` one after the other, all of them unless one is interrupted, and ends as the first that failed.
IFS=';' read -ra commands <<< "$1"
failed=0
for command in "${commands[@]}"; do
  $command
  status=$?
  [ $status -eq 2 ] && exit 2
  [ $failed -eq 0 ] && failed=$status
done
exit $failed
