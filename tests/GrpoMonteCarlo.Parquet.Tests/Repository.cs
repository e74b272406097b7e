namespace GrpoMonteCarlo.Parquet.Tests;

/// <summary>Where the repository is, seen from the built tests.</summary>
internal static class Repository
{
    public static string Folder(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, relative);
            if (Directory.Exists(path))
            {
                return path;
            }
        }

        throw new DirectoryNotFoundException($"No {relative} above {AppContext.BaseDirectory}");
    }
}
