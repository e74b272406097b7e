using System.Globalization;
using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>A run's folder, read.</summary>
internal sealed class Results(string folder)
{
    public string Folder => folder;

    public JsonNode Manifest => JsonNode.Parse(File.ReadAllBytes(PathOf("manifest.json")))!;

    /// <summary>Rollouts that each process of the run simulated, as the manifest has them.</summary>
    public double[] Rollouts => [.. Manifest["runs"]!.AsArray().Select(run => (double)run!["rolloutsSimulated"]!)];

    /// <summary>The SHA-256 of every dataset that is there, one a line.</summary>
    public string Digests => string.Join('\n', Directory.GetFiles(folder, "*.parquet")
        .Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetFileName(path)} {Workspace.HashOf(path)}"));

    /// <summary>The finished ranges in state/, CELL_ID/FIRST-LAST, with their hashes.</summary>
    public Dictionary<string, string> Ranges => Directory.Exists(PathOf("state"))
        ? Directory.GetDirectories(PathOf("state"))
            .SelectMany(Directory.GetFiles)
            .Where(path => !path.EndsWith(".tmp", StringComparison.Ordinal))
            .ToDictionary(path => Path.GetRelativePath(PathOf("state"), path), Workspace.HashOf)
        : [];

    /// <summary>How many replicates one of <see cref="Ranges"/> holds.</summary>
    public static long ReplicatesOf(string range)
    {
        string[] ends = Path.GetFileName(range).Split('-');
        return long.Parse(ends[1], CultureInfo.InvariantCulture) - long.Parse(ends[0], CultureInfo.InvariantCulture);
    }

    public string PathOf(string name) => Path.Combine(folder, name);

    public DatasetTable Read(string name) => new(PathOf(name));
}
