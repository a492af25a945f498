# Makes the reference into OUT; any warning of Doxygen is an error.
file(READ ${ROOT}/Doxyfile settings)
file(MAKE_DIRECTORY ${OUT})
file(WRITE ${OUT}/Doxyfile "${settings}\nOUTPUT_DIRECTORY = ${OUT}\n")
execute_process(COMMAND ${DOXYGEN} ${OUT}/Doxyfile WORKING_DIRECTORY ${ROOT}
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result OR NOT output STREQUAL "")
  message(FATAL_ERROR "doxygen: ${result}\n${output}")
endif()
