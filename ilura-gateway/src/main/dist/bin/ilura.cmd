@echo off
rem Starts Ilura. JAVA_HOME chooses the JVM, else the first java on PATH; ILURA_OPTS adds JVM options (and overrides these).
setlocal DisableDelayedExpansion
set "ILURA_LIB=%~dp0..\lib"
if defined JAVA_HOME (
  set "ILURA_JAVA=%JAVA_HOME%\bin\java.exe"
  set "ILURA_RELEASE=%JAVA_HOME%\release"
) else (
  set "ILURA_JAVA=java.exe"
  set "ILURA_RELEASE="
)
set "ILURA_NATIVE="
if defined ILURA_RELEASE if exist "%ILURA_RELEASE%" (
  for /f "usebackq tokens=2 delims==" %%v in (`findstr /b "JAVA_VERSION=" "%ILURA_RELEASE%"`) do (
    for /f "delims=.-+" %%m in ("%%~v") do if %%m GEQ 22 set "ILURA_NATIVE=--enable-native-access=ALL-UNNAMED"
  )
)
set "ILURA_GC=-XX:+UseSerialGC"
if defined ILURA_OPTS (
  echo "%ILURA_OPTS:"=%" | findstr /r /c:"-XX:+Use[A-Za-z0-9]*GC" >nul && set "ILURA_GC="
)
"%ILURA_JAVA%" %ILURA_GC% -Xshare:auto -Xmx256m ^
  -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 ^
  -Dsun.stdout.encoding=UTF-8 -Dsun.stderr.encoding=UTF-8 ^
  %ILURA_OPTS% %ILURA_NATIVE% -cp "%ILURA_LIB%\*" dev.ilura.gateway.cli.Main %*
exit /b %ERRORLEVEL%
