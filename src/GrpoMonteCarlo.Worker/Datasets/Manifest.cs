using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Datasets;

/// <summary>One process's share of a run.</summary>
internal sealed record RunRecord(DateTimeOffset Started, TimeSpan Simulating, TimeSpan Total, int Workers, double Rollouts);

/// <summary>
/// manifest.json: what was run, by what, on what, how fast, and the hash of every dataset. Everything that differs between two runs of
/// one experiment is here and nowhere else.
/// </summary>
internal static class Manifest
{
    public static void Write(Plan plan, RunFolder folder, RunDatasets datasets, RunRecord run)
    {
        string version = typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        string[] parts = version.Split('+', 2);
        var manifest = new JsonObject
        {
            ["tool"] = new JsonObject { ["name"] = "grpomc", ["version"] = parts[0], ["commit"] = parts.Length > 1 ? parts[1] : null },
            ["streamVersion"] = Plan.StreamVersion,
            ["experimentHash"] = ExperimentJson.Hash(plan.Experiment),
            ["experiment"] = JsonNode.Parse(ExperimentJson.Canonical(plan.Experiment)),
            ["cells"] = plan.Cells.Count,
            ["certificate"] = new JsonObject
            {
                ["passed"] = datasets.Certificate.Passed,
                ["stepZCount"] = datasets.Certificate.Count,
                ["largestStepZ"] = datasets.Certificate.Largest,
                ["kolmogorovSmirnovP"] = datasets.Certificate.KolmogorovSmirnovP,
            },
            ["files"] = new JsonArray([.. datasets.Files.Select(file => new JsonObject
            {
                ["name"] = file.Name,
                ["rows"] = file.Rows,
                ["bytes"] = file.Bytes,
                ["sha256"] = file.Sha256,
            })]),
            ["runs"] = new JsonArray([.. EarlierRuns(plan, folder), Describe(run)]),
        };
        AtomicFile.Write(folder.FileAt(RunFolder.Manifest), stream =>
        {
            var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            using var json = new Utf8JsonWriter(stream, options);
            manifest.WriteTo(json);
        });
    }

    private static JsonObject Describe(RunRecord run) => new()
    {
        ["started"] = run.Started.ToString("O"),
        ["simulatingSeconds"] = Math.Round(run.Simulating.TotalSeconds, 3),
        ["totalSeconds"] = Math.Round(run.Total.TotalSeconds, 3),
        ["workers"] = run.Workers,
        ["rolloutsSimulated"] = run.Rollouts,
        ["rolloutsPerSecond"] = Math.Round(run.Rollouts / Math.Max(run.Simulating.TotalSeconds, 1e-3)),
        ["instructionSet"] = CellSimulator.InstructionSetName,
        ["machine"] = Machine.Describe(),
    };

    // A run that was resumed or extended keeps the record of the processes before it.
    private static IEnumerable<JsonNode?> EarlierRuns(Plan plan, RunFolder folder)
    {
        string path = folder.FileAt(RunFolder.Manifest);
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            JsonNode? earlier = JsonNode.Parse(
                InputFile.ReadSmall(path, InputFile.ManifestMegabytes), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            bool sameRun = (int?)earlier?["streamVersion"] == Plan.StreamVersion && (long?)earlier?["experiment"]?["seed"] == plan.Experiment.Seed;
            _ = earlier?.ToJsonString(); // a text in it may be no text
            return sameRun && earlier?["runs"] is JsonArray runs ? runs.Select(run => run?.DeepClone()) : [];
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException or BadInputException)
        {
            return [];
        }
    }
}
