namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>Where the repository is, seen from the built tests.</summary>
internal static class Repository
{
    /// <summary>The full path of a file or folder of the repository.</summary>
    public static string PathOf(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, relative);
            if (Path.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"No {relative} above {AppContext.BaseDirectory}");
    }
}
