using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace GrpoMonteCarlo.Worker.State;

/// <summary>
/// Files that are there whole or not at all, even after a power cut: written under a temporary name, flushed to the disk, renamed, and
/// the folder that has the name flushed as well.
/// </summary>
internal static partial class AtomicFile
{
    private const string Suffix = ".tmp";

    /// <summary>Writes a file. If <paramref name="write"/> throws, what was there before stays and nothing is left behind.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        Replace(path, write);
        FlushFolder(FolderOf(path));
    }

    /// <summary>As <see cref="Write"/>, but until its folder is flushed, a power cut may bring back what was there before.</summary>
    public static void Replace(string path, Action<FileStream> write)
    {
        string temporary = path + Suffix;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Makes a folder and what is missing above it, each of them on the disk when this returns.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        string parent = FolderOf(path);
        CreateFolder(parent);
        Directory.CreateDirectory(path);
        FlushFolder(parent);
    }

    /// <summary>Puts the names of a folder's files on the disk.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // names are in NTFS's journal, and there is no such flush
        }

        // The framework flushes any handle but opens none of a folder, hence this one call to the system.
        const int ReadOnly = 0; // O_RDONLY, the same number on Linux and macOS
        int descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{Marshal.GetLastPInvokeErrorMessage()} : '{path}'");
        }

        using var folder = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(folder);
    }

    /// <summary>Deletes what a killed process left half-written in a folder and those below it.</summary>
    public static void DeleteLeftovers(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (string leftover in Directory.EnumerateFiles(folder, "*" + Suffix, SearchOption.AllDirectories))
        {
            File.Delete(leftover);
        }
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))
        ?? throw new IOException($"{path}: has no folder above it");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
