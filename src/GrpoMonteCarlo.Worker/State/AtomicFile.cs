namespace GrpoMonteCarlo.Worker.State;

/// <summary>Files that are there whole or not at all: written under a temporary name, flushed to the disk, and renamed.</summary>
internal static class AtomicFile
{
    private const string Suffix = ".tmp";

    /// <summary>Writes a file. If <paramref name="write"/> throws, what was there before stays and nothing is left behind.</summary>
    public static void Write(string path, Action<FileStream> write)
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
}
