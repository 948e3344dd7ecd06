@echo off
rem Starts agent-ctl on Windows: finds its jars and a Java, and runs that, as bin/agent-ctl does elsewhere.
rem
rem Environment:
rem   JAVA_HOME            the Java to try before those of the registry and the PATH; a bundled one (runtime\) comes before all
rem   AGENT_CTL_JAVA_OPTS  further JVM options, separated by blanks; they win over the ones below
rem   AGENT_CTL_LIB        the directory with the jars, where it is not lib\ beside bin\
setlocal EnableExtensions DisableDelayedExpansion
set "command=%~n0"
set "oldest=17"
for %%I in ("%~dp0..") do set "home=%%~fI"
set "lib=%home%\lib"
if defined AGENT_CTL_LIB set "lib=%AGENT_CTL_LIB%"

rem Our version, which the build writes beside the jars.
set "release="
if exist "%lib%\version" for /f "usebackq delims=" %%V in ("%lib%\version") do set "release=%%V"
if not defined release goto incomplete
rem Needs no JVM.
if not "%~2"=="" goto find_java
if "%~1"=="--version" goto say_version
if "%~1"=="-V" goto say_version

:find_java
set "java="
set "rejected="
if exist "%home%\runtime\bin\java.exe" call :try_java "%home%\runtime\bin\java.exe"
if not defined java if defined JAVA_HOME call :try_java "%JAVA_HOME%\bin\java.exe"
if not defined java call :try_registry JDK
if not defined java call :try_registry JRE
if not defined java call :try_path java.exe
if not defined java (
  if not defined rejected set "rejected=; there is none"
  goto no_java
)

rem The options of the JVM stand in files, each with its reason. What stays running has others than what ends by itself.
set "kind=brief"
:next_word
set "word=%~1"
if not defined word goto last_word
rem What follows it is no verb.
if "%word%"=="--log-level" shift
if "%word%"=="--log-format" shift
if "%word:~0,1%"=="-" (
  shift
  goto next_word
)
if "%word%"=="daemon" set "kind=daemon"
if "%word%"=="pull" set "kind=daemon"
:last_word
set options="@%lib%\jvm\all.options" "@%lib%\jvm\%kind%.options"
if %major% GEQ 23 set options=%options% "@%lib%\jvm\java-23.options"
if %major% GEQ 25 set options=%options% "@%lib%\jvm\java-25.options"

rem The main jar names the others. TLS is the JDK's: native code has not been tried on Windows.
"%java%" %options% %AGENT_CTL_JAVA_OPTS% "-Dagentctl.command=%command%" -cp "%lib%\controller-%release%.jar" io.agentctl.Main %*
exit /b %ERRORLEVEL%

:say_version
echo %command% %release%
exit /b 0

:incomplete
echo %command%: there is no %lib%\version: the installation is incomplete>&2
exit /b 1

:no_java
echo %command%: Java %oldest% or later is needed, in JAVA_HOME, in the registry or on the PATH%rejected%>&2
exit /b 1

rem Looks where an installer of Java says that it has put it.
:try_registry
set "current="
for /f "tokens=1,2*" %%A in ('reg query "HKLM\SOFTWARE\JavaSoft\%1" /v CurrentVersion 2^>nul') do if "%%B"=="REG_SZ" set "current=%%C"
if not defined current exit /b 0
set "java_home="
for /f "tokens=1,2*" %%A in ('reg query "HKLM\SOFTWARE\JavaSoft\%1\%current%" /v JavaHome 2^>nul') do if "%%B"=="REG_SZ" set "java_home=%%C"
if defined java_home call :try_java "%java_home%\bin\java.exe"
exit /b 0

:try_path
if not "%~$PATH:1"=="" call :try_java "%~$PATH:1"
exit /b 0

rem Sets java and major if the executable is a Java that can run us; else remembers why not.
:try_java
if not exist "%~1" (
  set "rejected=%rejected%; there is no %~1"
  exit /b 0
)
set "version="
rem Every JDK and jlink image since 9 says it in a file. Its long lines come later.
if exist "%~dp1..\release" for /f "usebackq tokens=1,2 delims==" %%K in ("%~dp1..\release") do if "%%K"=="JAVA_VERSION" (
  set "version=%%~L"
  goto version_known
)
for /f "tokens=3" %%V in ('""%~1" -version 2^>^&1"') do if not defined version set "version=%%~V"
:version_known
set "major=0"
for /f "delims=.-+" %%M in ("%version%") do set "major=%%M"
if %major% LSS %oldest% (
  set "rejected=%rejected%; %~1 is Java %version%"
  exit /b 0
)
set "java=%~1"
exit /b 0
