using System.Text;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.State;

/// <summary>A dataset as the manifest lists it.</summary>
internal sealed record DatasetFile(string Name, long Rows, long Bytes, string Sha256);

/// <summary>What a manifest says of the certificate.</summary>
internal sealed record StoredCertificate(bool Passed, int StepZCount, double? LargestStepZ, double? KolmogorovSmirnovP);

/// <summary>The members of a manifest.json as it was found. Any of them may be something else by now: <see cref="Read"/> says so.</summary>
internal sealed class ManifestFile
{
    private readonly JsonNode _root;

    private ManifestFile(JsonNode root) => _root = root;

    public int StreamVersion => (int)_root["streamVersion"]!;

    /// <summary>Which shard the folder holds, null for the whole run.</summary>
    public string? Shard => (string?)_root["shard"];

    public string Name => _root["experiment"]!["name"]!.GetValue<string>();

    public string Description => (string?)_root["experiment"]!["description"] ?? "";

    public long Seed => (long)_root["experiment"]!["seed"]!;

    public Experiment Experiment => ExperimentReader.Read(Encoding.UTF8.GetBytes(_root["experiment"]!.ToJsonString()));

    public string ExperimentHash => _root["experimentHash"]!.GetValue<string>();

    public int Cells => (int)_root["cells"]!;

    public IReadOnlyList<DatasetFile> Files => [.. _root["files"]!.AsArray().Select(file =>
        new DatasetFile(file!["name"]!.GetValue<string>(), (long)file["rows"]!, (long)file["bytes"]!, file["sha256"]!.GetValue<string>()))];

    public StoredCertificate Certificate
    {
        get
        {
            JsonNode said = _root["certificate"]!;
            return new((bool)said["passed"]!, (int)said["stepZCount"]!, (double?)said["largestStepZ"], (double?)said["kolmogorovSmirnovP"]);
        }
    }

    /// <summary>Program, version and commit.</summary>
    public (string Name, string Version, string? Commit) Tool
    {
        get
        {
            JsonNode tool = _root["tool"]!;
            return (tool["name"]!.GetValue<string>(), tool["version"]!.GetValue<string>(), (string?)tool["commit"]);
        }
    }

    /// <summary>The processes that simulated it.</summary>
    public IReadOnlyList<JsonNode> Runs
    {
        get
        {
            JsonArray runs = _root["runs"]!.AsArray();
            _ = runs.ToJsonString(); // a text in it may be no text
            return [.. runs.Select(run => run!.DeepClone())];
        }
    }

    /// <summary>Path and bytes of a folder's manifest.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="what">What it should hold, for the error: run or shard.</param>
    /// <exception cref="BadInputException">There is none, or it cannot be read.</exception>
    public static (string Path, byte[] Bytes) Find(string folder, string what)
    {
        string path = Path.Combine(folder, RunFolder.Manifest);
        return File.Exists(path)
            ? (path, InputFile.ReadSmall(path, InputFile.ManifestMegabytes))
            : throw new BadInputException(
                $"{folder}: {(Directory.Exists(folder) ? $"holds no finished {what}: there is no {RunFolder.Manifest}" : "no such folder")}");
    }

    /// <summary>What a function makes of a manifest's members.</summary>
    /// <exception cref="InvalidDataException">They are not those of a manifest.</exception>
    public static T Read<T>(byte[] json, Func<ManifestFile, T> read) => InputFile.FromJson(json, root => read(new ManifestFile(root)));

    /// <summary>Refuses a shard where a whole run is needed.</summary>
    /// <exception cref="BadInputException">It is one.</exception>
    public void RequireWholeRun(string folder)
    {
        if (Shard is { } shard)
        {
            throw new BadInputException($"{folder}: holds only shard {shard} of a run; combine makes one run of all shards");
        }
    }
}
