# What the scripts share: the checks of the tools, the build, and the JVM that runs the result.
# To be sourced; sets `root` to the project's root.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
job_jar=$root/driver/target/lockstep-job.jar
class_path= # entries that come before the program's own, each with a colon between

# Prints one sentence and ends with the exit code given, or that for wrong usage.
fail() {
  printf '%s\n' "$1" >&2
  exit "${2:-2}"
}

# Names of Java's tools: those of JAVA_HOME where it is set.
java_tool() {
  printf '%s\n' "${JAVA_HOME:+$JAVA_HOME/bin/}$1"
}

require_java() {
  local java version
  java=$(java_tool java)
  command -v "$java" >/dev/null || fail "Cannot find '$java': install JDK 17 and put it on the PATH, or point JAVA_HOME to it"
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  [[ $version == 17 || $version == 17.* ]] || fail "Cannot use Java ${version:-of unknown version} ($(command -v "$java")): point JAVA_HOME to a JDK 17"
}

require_jdk() {
  require_java
  command -v "$(java_tool javac)" >/dev/null || fail "Cannot find '$(java_tool javac)': this Java is a runtime only, point JAVA_HOME to a JDK 17"
}

require_maven() {
  local version
  command -v mvn >/dev/null || fail "Cannot find 'mvn': install Maven 3.8.6 or newer and put it on the PATH"
  version=$(mvn --version 2>/dev/null | sed 's/\x1b\[[0-9;]*m//g' | sed -n 's/^Apache Maven \([0-9.]*\).*/\1/p')
  [[ $(printf '%s\n' 3.8.6 "${version:-0}" | sort -V | head -n 1) == 3.8.6 ]] || fail "Cannot use Maven ${version:-of unknown version}: version 3.8.6 or newer is needed"
}

driver_jar() {
  local jar
  for jar in "$root"/driver/target/lockstep-driver-*.jar; do
    case $jar in
      *-tests.jar) ;;
      *) printf '%s\n' "$jar" && return ;;
    esac
  done
}

# Whether a module has no jar, or one older than what it is made from.
is_stale() {
  local module=$1 jar
  for jar in "$root/$module/target/lockstep-$module"-*.jar; do
    [[ -f $jar ]] || return 0
    [[ -z $(find "$root/pom.xml" "$root/$module/pom.xml" "$root/$module/src/main" -newer "$jar" -print -quit) ]] || return 0
  done
  return 1
}

# The list of jars names places, so it is of no use any more once the project has been moved, and
# of none to a user who cannot read the Maven repository of the one who has built.
is_class_path_valid() {
  local list=$root/driver/target/classpath-all.txt jar jars
  [[ -f $list ]] && grep -qF "$root/worker/target/" "$list" || return 1
  IFS=: read -r -a jars <"$list" || true
  for jar in "${jars[@]}"; do
    [[ -r $jar ]] || return 1
  done
}

is_built() {
  is_class_path_valid && ! is_stale common && ! is_stale worker && ! is_stale driver
}

# Whether the one jar for spark-submit holds what the modules' jars do.
is_job_jar_built() {
  local module
  is_built && [[ -f $job_jar ]] || return 1
  for module in common worker driver; do
    [[ -z $(find "$root/$module/target" -maxdepth 1 -name "lockstep-$module-*.jar" -newer "$job_jar") ]] || return 1
  done
}

# Builds up to a phase of Maven where a check says so; of several commands at once, one builds.
build_unless() {
  local check=$1 phase=$2
  "$check" && return
  [[ -w $root && (! -e $root/driver/target || -w $root/driver/target) ]] ||
    fail "Cannot use Lockstep in $root: its build is out of date or lists jars that you cannot read, and you may not build there (use a copy of your own)" 4
  require_jdk
  require_maven
  exec 9<"$root/pom.xml"
  flock 9
  if ! "$check"; then
    printf 'Building Lockstep in %s …\n' "$root" >&2
    mvn -q -B -f "$root/pom.xml" "$phase" -DskipTests -Dspotless.check.skip 2>&1 |
      sed 's/\x1b\[[0-9;]*m//g' >&2 ||
      fail "Cannot build Lockstep: see Maven's messages above" 1
    touch "$root"/{common,worker,driver}/target/lockstep-{common,worker,driver}-*.jar 2>/dev/null || true
    [[ $phase == package ]] || touch "$job_jar"
  fi
  exec 9<&-
}

# Builds the jars where they are missing or out of date.
build_if_stale() {
  build_unless is_built package
}

# Builds the one jar for spark-submit too, which takes a while and which local mode does not need.
build_job_jar_if_stale() {
  build_unless is_job_jar_built pre-integration-test
}

# The user's folder for logs; logs of the week before last go.
log_folder() {
  local folder
  folder=${TMPDIR:-/tmp}/lockstep-$(id -un)
  mkdir -m 700 "$folder" 2>/dev/null || true
  if [[ ! -d $folder || ! -O $folder || ! -w $folder ]]; then
    folder=$(mktemp -d)
  fi
  find "$folder" -maxdepth 1 -name '*.log*' -mtime +7 -delete
  printf '%s\n' "$folder"
}

# Replaces the shell by a JVM on all the jars that the build resolved. Heap and native memory may
# each take 40 % of the machine's (or container's) memory: javacpp's own limit is the heap's.
run_java() {
  local opens
  mapfile -t opens < <(grep -o -- '--add-opens=[a-z0-9./A-Z_=-]*' "$root/pom.xml")
  # shellcheck disable=SC2086 # the user's options are several words
  exec "$(java_tool java)" "${opens[@]}" \
    -XX:MaxRAMPercentage=40 -Dorg.bytedeco.javacpp.maxphysicalbytes=0 \
    -cp "${class_path:+$class_path:}$(driver_jar):$(<"$root/driver/target/classpath-all.txt")" \
    ${LOCKSTEP_JAVA_OPTS-} "$@"
}
