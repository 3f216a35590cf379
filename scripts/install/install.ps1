<#
.SYNOPSIS
Installs mcpzip for the user who runs this, and puts its folder on the user's PATH. Needs no administrator.
.EXAMPLE
irm @RELEASES@/latest/download/install.ps1 | iex
.EXAMPLE
.\install.ps1 -Version 1.2.3 -Dir C:\Tools
#>
param(
  [string] $Version = $env:MCPZIP_VERSION,
  [string] $Dir = $env:MCPZIP_INSTALL_DIR,
  [switch] $NoPathUpdate
)

# In a function, so that half a download of this does nothing, and nothing is left behind by `iex`.
function Install-Mcpzip {
  param([string] $Version, [string] $Dir, [bool] $UpdatesPath)

  $ErrorActionPreference = 'Stop'
  # Drawing the progress bar makes downloads many times slower in Windows PowerShell.
  $ProgressPreference = 'SilentlyContinue'
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

  $releases = if ($env:MCPZIP_RELEASES_URL) { $env:MCPZIP_RELEASES_URL } else { '@RELEASES@' }
  $releases = $releases.TrimEnd('/')
  if ($releases -notmatch '^https://|^http://(127\.0\.0\.1|localhost):') {
    throw "releases are downloaded by https only, and not from `"$releases`""
  }
  $machine = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
  $target = switch ($machine) {
    'AMD64' { 'windows-x64' }
    'ARM64' { 'windows-arm64' }
    default { throw "there is no mcpzip for Windows on $machine, only on x64 and arm64" }
  }
  if (-not $Dir) { $Dir = Join-Path $env:LOCALAPPDATA 'Programs\mcpzip' }
  $file = Join-Path $Dir 'mcpzip.exe'
  if (Test-Path -LiteralPath $file -PathType Container) { throw "$file is a folder: pass -Dir" }

  $work = Join-Path ([IO.Path]::GetTempPath()) "mcpzip-install-$([Guid]::NewGuid())"
  New-Item -ItemType Directory -Path $work | Out-Null
  try {
    # The checksums say which version the newest is, so that nothing changes between two downloads.
    $from = if ($Version) { "$releases/download/v$($Version.TrimStart('v'))" } else { "$releases/latest/download" }
    $sums = Join-Path $work 'SHA256SUMS'
    Get-File "$from/SHA256SUMS" $sums
    $pattern = "^([0-9a-f]{64}) [ *](mcpzip-([0-9][0-9A-Za-z.+-]*)-$target\.zip)`$"
    $found = Get-Content -LiteralPath $sums | Select-String -Pattern $pattern | Select-Object -First 1
    if (-not $found) { throw "the release at $from has nothing for $target" }
    $groups = $found.Matches[0].Groups
    $expected = $groups[1].Value
    $archive = $groups[2].Value
    $release = $groups[3].Value

    $path = Join-Path $work $archive
    Get-File "$releases/download/v$release/$archive" $path
    $actual = (Get-FileHash -LiteralPath $path -Algorithm SHA256).Hash.ToLowerInvariant()
    if ($actual -ne $expected) {
      throw "$archive is not what was released: its checksum is $actual, and not $expected; do not use it"
    }
    Expand-Archive -LiteralPath $path -DestinationPath $work
    $unpacked = Join-Path $work "mcpzip-$release-$target\mcpzip.exe"
    $said = & $unpacked --version
    if ($said -ne $release) { throw "this mcpzip does not run here ($said)" }

    New-Item -ItemType Directory -Path $Dir -Force | Out-Null
    Move-IntoPlace $unpacked $file
  } finally {
    Remove-Item -LiteralPath $work -Recurse -Force -ErrorAction SilentlyContinue
  }
  Write-Host "mcpzip $release is in $file"
  if ($UpdatesPath) { Add-ToPath $Dir }
  Write-Host 'next: mcpzip init'
}

function Get-File {
  param([string] $Url, [string] $Path)
  Write-Host "downloading $(Split-Path -Leaf $Path)"
  try {
    Invoke-WebRequest -Uri $Url -OutFile $Path -UseBasicParsing
  } catch {
    throw "$Url could not be downloaded: $($_.Exception.Message)"
  }
}

# Windows does not let go of a program that runs, but lets it be renamed. Copied beside its place first, so that what
# can fail has been done before the old one moves.
function Move-IntoPlace {
  param([string] $From, [string] $To)
  # What an earlier update left, if nobody runs it any more.
  Get-ChildItem -Path "$To.old-*" -ErrorAction SilentlyContinue | Remove-Item -Force -ErrorAction SilentlyContinue
  $id = [Guid]::NewGuid()
  Copy-Item -LiteralPath $From -Destination "$To.new-$id"
  $hadOne = Test-Path -LiteralPath $To
  try {
    if ($hadOne) { Move-Item -LiteralPath $To -Destination "$To.old-$id" }
    Move-Item -LiteralPath "$To.new-$id" -Destination $To
  } catch {
    if (-not (Test-Path -LiteralPath $To) -and $hadOne) { Move-Item -LiteralPath "$To.old-$id" -Destination $To }
    Remove-Item -LiteralPath "$To.new-$id" -Force -ErrorAction SilentlyContinue
    throw
  }
  if ($hadOne) { Remove-Item -LiteralPath "$To.old-$id" -Force -ErrorAction SilentlyContinue }
}

# By the registry, since what [Environment] reads and writes has its %VARIABLES% replaced.
function Add-ToPath {
  param([string] $Dir)
  $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment', $true)
  $folders = @("$($key.GetValue('Path', '', 'DoNotExpandEnvironmentNames'))" -split ';' | Where-Object { $_ })
  if ($folders -contains $Dir) { return }
  $key.SetValue('Path', (($folders + $Dir) -join ';'), 'ExpandString')
  # Removes what is not there, which tells new terminals that something has changed.
  [Environment]::SetEnvironmentVariable('MCPZIP_INSTALLED', $null, 'User')
  $env:Path = "$env:Path;$Dir"
  Write-Host "$Dir is on your PATH now, in new terminals"
}

Install-Mcpzip -Version $Version -Dir $Dir -UpdatesPath (-not $NoPathUpdate)
