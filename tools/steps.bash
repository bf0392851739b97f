# shellcheck shell=bash
# What tools/demo, tools/test and tools/install share: one line a step, its time, and its log when it fails.
# Sourced, after `set -euo pipefail`, by a script that has set `root` to the folder of the project.

# One configuration for every build, so that the demo and the tests share theirs.
build_flags=(-c release)
export build_flags

log_folder=${root:?}/.build-logs
step_names=()
step_times=()
step_results=()

# on_terminal: whether a person watches.
on_terminal() { [[ -t 1 && ${TERM:-dumb} != dumb ]]; }

# show_progress: passes a log through in silence, but for one line on a terminal with the newest `[n/m] …`.
show_progress() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    printf '%s\n' "$line" >>"$1"
    if on_terminal && [[ $line =~ ^\[[0-9]+/[0-9]+\] ]]; then
      printf '\r\033[K  %s  %.*s' "$2" 60 "$line"
    fi
  done
}

# record NAME STARTED STATUS: remembers a step for the summary and prints its line.
record() {
  local seconds=$((SECONDS - $2)) result=ok
  (($3 == 0)) || result=FAILED
  step_names+=("$1") step_times+=("$seconds") step_results+=("$result")
  if on_terminal; then printf '\r\033[K'; fi
  printf '  %-44s %6s  %5d s\n' "$1" "$result" "$seconds"
}

# step NAME COMMAND…: runs it with its output in a log, whose errors, or else whose end, are shown on failure. Its status is the step's.
step() {
  local name=$1 started=$SECONDS status=0 log
  shift
  mkdir -p "$log_folder"
  log=$log_folder/${name//[^a-zA-Z0-9]/-}.log
  : >"$log"
  if on_terminal; then printf '  %s …' "$name"; fi
  "$@" 2>&1 </dev/null | show_progress "$log" "$name" || status=$?
  record "$name" "$started" "$status"
  # What was passed over is told, though all went well.
  grep -E '^skipped:' "$log" | sed 's/^/    /' || true
  if ((status != 0)); then
    # A compiler's errors may stand long before the end of the log.
    grep -E '^([^ |]+:[0-9]+:[0-9]+: )?error:' "$log" | awk '!seen[$0]++ && ++shown <= 30' >&2 || tail -n 40 "$log" >&2
    printf 'The whole log: %s\n' "${log#"$root"/}" >&2
  fi
  return "$status"
}

# shown_step NAME COMMAND…: the same for a command whose output is to be seen; a copy is kept in the log.
shown_step() {
  local name=$1 started=$SECONDS status=0 log
  shift
  mkdir -p "$log_folder"
  log=$log_folder/${name//[^a-zA-Z0-9]/-}.log
  printf '  %s …\n' "$name"
  "$@" 2>&1 </dev/null | tee "$log" || status=$?
  record "$name" "$started" "$status"
  return "$status"
}

# failed_steps: how many steps failed so far.
failed_steps() {
  local result count=0
  for result in "${step_results[@]}"; do
    [[ $result == ok ]] || count=$((count + 1))
  done
  printf '%d\n' "$count"
}

# summary: the steps with their times.
summary() {
  local i
  printf '\nSummary\n'
  for i in "${!step_names[@]}"; do
    printf '  %-44s %6s  %5d s\n' "${step_names[i]}" "${step_results[i]}" "${step_times[i]}"
  done
  printf '  %-44s %6s  %5d s\n' "all of it" "" "$SECONDS"
}
