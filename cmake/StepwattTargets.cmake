# What every target of the project shares: warnings, sanitizers, and flags that keep results the same
# on every machine.
add_library(stepwatt_warnings INTERFACE)
target_compile_options(stepwatt_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion -Wcast-qual
  -Wcast-align -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Wformat=2
  -Wnull-dereference -Wswitch-enum -Wimplicit-fallthrough
  $<$<C_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond>
  $<$<BOOL:${STEPWATT_WERROR}>:-Werror>)

# No contraction of a*b+c: a fused multiply-add rounds once, so results would depend on the machine.
add_library(stepwatt_flags INTERFACE)
target_compile_features(stepwatt_flags INTERFACE c_std_11)
target_compile_definitions(stepwatt_flags INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(stepwatt_flags INTERFACE -ffp-contract=off -fno-math-errno
  $<IF:$<BOOL:${STEPWATT_SHARED_MODULES}>,-fno-semantic-interposition,-fvisibility=hidden>)
target_link_libraries(stepwatt_flags INTERFACE stepwatt_instruments)

# Instruments, which the example plugins have, too. STEPWATT_SANITIZE is read when a target is made, after the options of the top
# level are set.
add_library(stepwatt_instruments INTERFACE)
function(stepwatt_instrument)
  if(STEPWATT_SANITIZE)
    set(wraps ${PROJECT_SOURCE_DIR}/tests/checks/sanitizers/wraps.txt)
    target_compile_options(stepwatt_instruments INTERFACE -fsanitize=${STEPWATT_SANITIZE}
      -fno-sanitize-recover=all -fno-omit-frame-pointer $<$<C_COMPILER_ID:Clang>:-fsanitize-ignorelist=${wraps}>)
    target_link_options(stepwatt_instruments INTERFACE -fsanitize=${STEPWATT_SANITIZE})
  endif()
  if(STEPWATT_COVERAGE)
    # Of src/ alone: a plugin that is unloaded would write down its counts in the midst of a run. Not --coverage, which a file's
    # own options could not undo; atomic, since threads share the counters.
    target_compile_options(stepwatt_flags INTERFACE -fprofile-arcs -ftest-coverage -fprofile-update=atomic)
    target_link_options(stepwatt_flags INTERFACE -fprofile-arcs)
    target_compile_definitions(stepwatt_flags INTERFACE SW_COVERAGE)
  endif()
endfunction()

# stepwatt_module(NAME SOURCES... [LINK targets...]): one folder of src/ as a library.
function(stepwatt_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  if(STEPWATT_SHARED_MODULES)
    add_library(stepwatt_${name} SHARED ${ARG_SOURCES})
  else()
    add_library(stepwatt_${name} STATIC ${ARG_SOURCES})
  endif()
  set_target_properties(stepwatt_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON
    C_STANDARD 11 C_EXTENSIONS OFF)
  target_include_directories(stepwatt_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(stepwatt_${name} PUBLIC stepwatt_flags stepwatt_abi ${ARG_LINK}
    PRIVATE stepwatt_warnings ${ARG_PRIVATE_LINK})
endfunction()
