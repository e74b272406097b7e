namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>Files named on the command line.</summary>
internal static class InputFile
{
    /// <summary>The path, if there is a file that can be read.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public static string Existing(string path)
    {
        if (Directory.Exists(path))
        {
            throw new BadInputException($"{path}: is a folder, not a file");
        }

        return File.Exists(path) ? path : throw new BadInputException($"{path}: no such file");
    }

    /// <summary>All of a file that is known to be small.</summary>
    /// <exception cref="BadInputException">It cannot be read, or is larger than any such file.</exception>
    public static byte[] ReadSmall(string path)
    {
        const int MostBytes = 64 << 20;
        try
        {
            return new FileInfo(Existing(path)).Length <= MostBytes
                ? File.ReadAllBytes(path)
                : throw new BadInputException($"{path}: larger than 64 MB");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read: {fault.Message}");
        }
    }
}
