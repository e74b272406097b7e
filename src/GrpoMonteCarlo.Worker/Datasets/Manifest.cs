using System.Buffers;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>
/// manifest.json: what was run, by what, on what, how fast, and the hash of every dataset. Everything that differs between two runs of
/// one experiment is here and nowhere else. Its last member is the SHA-256 of all before it.
/// </summary>
internal static class Manifest
{
    private const string ChecksumName = ",\n  \"checksum\": \"";
    private const string End = "\"\n}";

    /// <param name="plan">The experiment's plan.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="datasets">What was written.</param>
    /// <param name="runs">The processes that simulated it.</param>
    public static void Write(Plan plan, RunFolder folder, RunDatasets datasets, IEnumerable<JsonNode?> runs)
    {
        JsonObject manifest = Of(plan);
        manifest["certificate"] = new JsonObject
        {
            ["passed"] = datasets.Certificate.Passed,
            ["stepZCount"] = datasets.Certificate.Count,
            ["largestStepZ"] = datasets.Certificate.Largest,
            ["kolmogorovSmirnovP"] = datasets.Certificate.KolmogorovSmirnovP,
        };
        manifest["files"] = new JsonArray([.. datasets.Files.Select(file => new JsonObject
        {
            ["name"] = file.Name,
            ["rows"] = file.Rows,
            ["bytes"] = file.Bytes,
            ["sha256"] = file.Sha256,
        })]);
        Write(folder, manifest, runs);
    }

    /// <summary>The manifest of a shard, which has no datasets.</summary>
    public static void WriteOfShard(Workload workload, RunFolder folder, IEnumerable<JsonNode?> runs)
    {
        JsonObject manifest = Of(workload.Plan);
        manifest["shard"] = workload.Shard.ToString();
        Write(folder, manifest, runs);
    }

    /// <summary>
    /// The processes that the manifest of a folder names, if it is of the same seed and streams: a run that is resumed or extended keeps
    /// their record.
    /// </summary>
    public static IEnumerable<JsonNode?> RunsOf(string folder, Plan plan)
    {
        try
        {
            return ManifestFile.Read(
                ManifestFile.Find(folder, "run").Bytes,
                earlier => earlier.StreamVersion == Plan.StreamVersion && earlier.Seed == plan.Experiment.Seed ? earlier.Runs : []);
        }
        catch (Exception none) when (none is BadInputException or InvalidDataException)
        {
            return [];
        }
    }

    /// <summary>Whether the bytes of a manifest are those that were written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> manifest)
    {
        int body = manifest.Length - ChecksumName.Length - (2 * SHA256.HashSizeInBytes) - End.Length;
        return body >= 0 && manifest.SequenceEqual(Seal(manifest[..body]));
    }

    private static byte[] Seal(ReadOnlySpan<byte> body) =>
        [.. body, .. Encoding.ASCII.GetBytes($"{ChecksumName}{Convert.ToHexStringLower(SHA256.HashData(body))}{End}")];

    private static JsonObject Of(Plan plan)
    {
        string version = typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        string[] parts = version.Split('+', 2);
        return new JsonObject
        {
            ["tool"] = new JsonObject { ["name"] = "grpomc", ["version"] = parts[0], ["commit"] = parts.Length > 1 ? parts[1] : null },
            ["streamVersion"] = Plan.StreamVersion,
            ["experimentHash"] = ExperimentJson.Hash(plan.Experiment),
            ["experiment"] = JsonNode.Parse(ExperimentJson.Canonical(plan.Experiment)),
            ["cells"] = plan.Cells.Count,
        };
    }

    private static void Write(RunFolder folder, JsonObject manifest, IEnumerable<JsonNode?> runs)
    {
        manifest["runs"] = new JsonArray([.. runs]);
        var json = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(json, options))
        {
            manifest.WriteTo(writer);
        }

        byte[] sealedJson = Seal(json.WrittenSpan[..^"\n}".Length]);
        AtomicFile.Write(folder.FileAt(RunFolder.Manifest), stream => stream.Write(sealedJson));
    }
}
