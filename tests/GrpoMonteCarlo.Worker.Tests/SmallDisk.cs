using System.Diagnostics;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A file system in memory with little room, mounted on a folder; the test is skipped where that is not allowed.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    public SmallDisk(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "no tmpfs there");
        _folder = folder;
        Directory.CreateDirectory(folder);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=1m", "grpomc-tests", folder) == 0, "this user cannot mount a file system");
    }

    /// <summary>Mounts it anew with other options, its files kept.</summary>
    public void Remount(string options) => Assert.Equal(0, Run("mount", "-o", $"remount,{options}", _folder));

    public void Dispose() => Run("umount", "-l", _folder);

    private static int Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1; // there is no such command
        }
    }
}
