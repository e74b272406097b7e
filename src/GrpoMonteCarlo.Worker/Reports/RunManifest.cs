using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>What a report needs of manifest.json.</summary>
internal sealed record RunManifest(
    string Name, string Description, string Hash, bool Passed, int StepZCount, double? LargestStepZ, double? KolmogorovSmirnovP)
{
    private const string File = "manifest.json";

    /// <summary>Program and commit.</summary>
    public required string Tool { get; init; }

    /// <summary>One line a process: when, where and how fast.</summary>
    public required IReadOnlyList<string> Runs { get; init; }

    /// <summary>The SHA-256 of each dataset.</summary>
    public required IReadOnlyDictionary<string, string> Sha256 { get; init; }

    /// <exception cref="BadInputException">There is no manifest, or none of a run.</exception>
    public static RunManifest Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new BadInputException($"{folder}: no such folder");
        }

        string path = Path.Combine(folder, File);
        if (!System.IO.File.Exists(path))
        {
            throw new BadInputException($"{folder}: holds no finished run: there is no {File}");
        }

        try
        {
            return Read(folder, JsonNode.Parse(InputFile.ReadSmall(path, InputFile.ManifestMegabytes))!);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException or NullReferenceException
            or ArgumentException or OverflowException)
        {
            throw new BadInputException($"{path}: is not the manifest of a run");
        }
    }

    /// <summary>The path of a dataset that is the one the manifest speaks of.</summary>
    /// <exception cref="BadInputException">It is not there, or another.</exception>
    public string Verified(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (!System.IO.File.Exists(path) || !Sha256.TryGetValue(name, out string? expected))
        {
            throw new BadInputException($"{folder}: holds no finished run: there is no {name}");
        }

        using FileStream stream = System.IO.File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == expected
            ? path
            : throw new BadInputException($"{path}: is damaged, or not the file that {File} speaks of: its SHA-256 is another");
    }

    private static RunManifest Read(string folder, JsonNode root)
    {
        if ((string?)root["shard"] is { } shard)
        {
            throw new BadInputException($"{folder}: holds only shard {shard} of a run; combine makes one run of all shards");
        }

        JsonNode experiment = root["experiment"]!;
        JsonNode certificate = root["certificate"]!;
        JsonNode tool = root["tool"]!;
        return new RunManifest(
            (string)experiment["name"]!,
            (string?)experiment["description"] ?? "",
            (string)root["experimentHash"]!,
            (bool)certificate["passed"]!,
            (int)certificate["stepZCount"]!,
            (double?)certificate["largestStepZ"],
            (double?)certificate["kolmogorovSmirnovP"])
        {
            Tool = $"{(string)tool["name"]!} {(string)tool["version"]!}{((string?)tool["commit"] is { } commit ? $", commit {commit}" : "")}",
            Runs = [.. root["runs"]!.AsArray().Select(run => Describe(run!))],
            Sha256 = root["files"]!.AsArray().ToDictionary(file => (string)file!["name"]!, file => (string)file!["sha256"]!),
        };
    }

    private static string Describe(JsonNode run)
    {
        JsonNode machine = run["machine"]!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(string)run["started"]!}: {(double)run["rolloutsSimulated"]!:N0} rollouts in {(double)run["totalSeconds"]!:0.###} s, "
            + $"workers {(int)run["workers"]!}, {(string?)run["instructionSet"]}; {(string?)machine["processor"]}, "
            + $"processors {(int)machine["processors"]!}, {(string?)machine["os"]}, {(string?)machine["architecture"]}, {(string?)machine["runtime"]}");
    }
}
