# Run at each build: writes ${OUT}, a header with version, commit and libraries, when something in it changed.
execute_process(COMMAND git describe --always --dirty --abbrev=12 --match=NeverATag
  WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE COMMIT ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT COMMIT)
  set(COMMIT unknown)
endif()
set(TEXT "#define SW_VERSION_TEXT \"${VERSION}\"\n#define SW_VERSION_COMMIT \"${COMMIT}\"\n")
string(APPEND TEXT "#define SW_VERSION_LIBRARIES \"${LIBRARIES}\"\n")
if(EXISTS ${OUT})
  file(READ ${OUT} OLD)
endif()
if(NOT "${OLD}" STREQUAL "${TEXT}")
  file(WRITE ${OUT} "${TEXT}")
endif()
