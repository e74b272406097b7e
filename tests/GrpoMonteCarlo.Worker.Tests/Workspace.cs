using System.Security.Cryptography;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A temporary folder in which the tool runs.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("grpomc-tests");

    public string Folder => _folder.FullName;

    public string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>Writes a text file and returns its path.</summary>
    public string Write(string name, string text)
    {
        string path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Answer Run(params string[] arguments) => Grpomc.Run(Folder, arguments);

    /// <summary>Runs an experiment into a folder, with no progress shown and no report, and expects it to be done.</summary>
    public Results RunExperiment(string experiment, string output, IEnumerable<string>? options = null, params (string Name, string Value)[] environment)
    {
        Write("experiment.json", experiment);
        Grpomc.Run(Folder, ["run", "experiment.json", "--out", output, "--no-progress", "--no-report", .. options ?? []], environment).Expect(0);
        return new Results(PathOf(output));
    }

    /// <summary>Every file and folder below, with each file's hash.</summary>
    public string[] Snapshot() => SnapshotOf(Folder);

    public static string[] SnapshotOf(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetRelativePath(folder, path)} {(File.Exists(path) ? HashOf(path) : "folder")}"),
    ];

    public static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    public void Dispose() => _folder.Delete(recursive: true);
}
