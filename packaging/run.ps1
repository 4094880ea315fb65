# Sets up what is missing and opens DinoDesk on Windows; arguments pass on to `dinodesk`.
# Written from what run.sh does; not yet tried on a Windows machine.
$ErrorActionPreference = "Stop"
$here = Split-Path -Parent (Split-Path -Parent $MyInvocation.MyCommand.Path)
$venv = Join-Path $here ".venv"
$python = Join-Path $venv "Scripts\python.exe"
$stamp = (Get-FileHash (Join-Path $here "pyproject.toml")).Hash
$marker = Join-Path $venv ".dinodesk-stamp"
if (-not (Test-Path $marker) -or (Get-Content $marker) -ne $stamp) {
    if (-not (Test-Path $python)) { py -3 -m venv $venv }
    $env:HNSWLIB_NO_NATIVE = "1"
    if (Get-Command nvidia-smi -ErrorAction SilentlyContinue) {
        & $python -m pip install -q "torch>=2.6,<2.14" --index-url https://download.pytorch.org/whl/cu126
    } else {
        & $python -m pip install -q "torch>=2.6,<2.14"
    }
    & $python -m pip install -q -e $here
    if ($LASTEXITCODE -ne 0) { throw "Setting up failed; hnswlib needs the Visual C++ build tools." }
    Set-Content $marker $stamp
}
& (Join-Path $venv "Scripts\dinodesk.exe") @args
exit $LASTEXITCODE
