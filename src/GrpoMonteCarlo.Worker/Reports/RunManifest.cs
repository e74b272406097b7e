using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>What a report needs of manifest.json.</summary>
internal sealed record RunManifest(string Name, string Description, string Hash, StoredCertificate Certificate)
{
    /// <summary>Program and commit.</summary>
    public required string Tool { get; init; }

    /// <summary>One line a process: when, where and how fast.</summary>
    public required IReadOnlyList<string> Runs { get; init; }

    /// <summary>The SHA-256 of each dataset.</summary>
    public required IReadOnlyDictionary<string, string> Sha256 { get; init; }

    /// <exception cref="BadInputException">There is no manifest, or none of a run.</exception>
    public static RunManifest Read(string folder)
    {
        (string path, byte[] bytes) = ManifestFile.Find(folder, "run");
        try
        {
            return ManifestFile.Read(bytes, manifest => Of(folder, manifest));
        }
        catch (InvalidDataException)
        {
            throw new BadInputException($"{path}: is not the manifest of a run");
        }
    }

    /// <summary>The path of a dataset that is the one the manifest speaks of.</summary>
    /// <exception cref="BadInputException">It is not there, or another.</exception>
    public string Verified(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path) || !Sha256.TryGetValue(name, out string? expected))
        {
            throw new BadInputException($"{folder}: holds no finished run: there is no {name}");
        }

        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == expected
            ? path
            : throw new BadInputException($"{path}: is damaged, or not the file that {RunFolder.Manifest} speaks of: its SHA-256 is another");
    }

    private static RunManifest Of(string folder, ManifestFile manifest)
    {
        manifest.RequireWholeRun(folder);
        (string tool, string version, string? commit) = manifest.Tool;
        return new RunManifest(manifest.Name, manifest.Description, manifest.ExperimentHash, manifest.Certificate)
        {
            Tool = $"{tool} {version}{(commit is null ? "" : $", commit {commit}")}",
            Runs = [.. manifest.Runs.Select(Describe)],
            Sha256 = manifest.Files.ToDictionary(file => file.Name, file => file.Sha256),
        };
    }

    private static string Describe(JsonNode run)
    {
        JsonNode machine = run["machine"]!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(string)run["started"]!}: {(double)run["rolloutsSimulated"]!:N0} rollouts in {(double)run["totalSeconds"]!:0.###} s, "
            + $"workers {(int)run["workers"]!}, {(string?)run["instructionSet"]}; {(string?)machine["processor"]}, "
            + $"processors {(int)machine["processors"]!}, {(string?)machine["os"]}, {(string?)machine["architecture"]}, "
            + $"{(string?)machine["runtime"]}");
    }
}
