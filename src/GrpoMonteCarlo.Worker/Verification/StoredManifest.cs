using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Verification;

/// <summary>What a run's manifest.json says.</summary>
/// <param name="Plan">The plan of its experiment.</param>
/// <param name="Files">The datasets that it lists.</param>
/// <param name="Certificate">What it says of the certificate.</param>
internal sealed record StoredManifest(Plan Plan, IReadOnlyList<DatasetFile> Files, JsonNode Certificate)
{
    /// <summary>Reads the manifest; null where too much of it is off to go on.</summary>
    /// <exception cref="BadInputException">There is none, or that of a shard.</exception>
    public static StoredManifest? Read(string folder, Findings findings)
    {
        string path = Path.Combine(folder, RunFolder.Manifest);
        if (!File.Exists(path))
        {
            throw new BadInputException($"{folder}: {(Directory.Exists(folder) ? "holds no finished run: there is no manifest.json" : "no such folder")}");
        }

        int before = findings.Wrong.Count;
        byte[] bytes = InputFile.ReadSmall(path, InputFile.ManifestMegabytes);
        if (!Manifest.IsWhole(bytes))
        {
            findings.AddWrong("manifest.json: is not what was written: its checksum is another");
        }

        try
        {
            JsonNode root = JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!;
            if (root["shard"] is { } shard)
            {
                throw new BadInputException($"{folder}: holds only shard {shard} of a run; combine makes one run of all shards");
            }

            if ((int)root["streamVersion"]! != Plan.StreamVersion)
            {
                findings.AddWrong($"manifest.json: stream version {(int)root["streamVersion"]!}; this program's is {Plan.StreamVersion}, so it cannot simulate the run again");
                return null;
            }

            Experiment experiment = ExperimentReader.Read(Encoding.UTF8.GetBytes(root["experiment"]!.ToJsonString()));
            string hash = ExperimentJson.Hash(experiment);
            if (hash != (string?)root["experimentHash"])
            {
                findings.AddWrong($"manifest.json: experimentHash is {(string?)root["experimentHash"]}, that of the experiment is {hash}");
            }

            var plan = Plan.Of(experiment);
            if ((int)root["cells"]! != plan.Cells.Count)
            {
                findings.AddWrong($"manifest.json: cells is {(int)root["cells"]!}, the experiment has {plan.Cells.Count}");
            }

            DatasetFile[] files = [.. root["files"]!.AsArray().Select(file =>
                new DatasetFile((string)file!["name"]!, (long)file["rows"]!, (long)file["bytes"]!, (string)file["sha256"]!))];
            findings.AddChecked(before, "manifest.json: its checksum, the experiment and its hash");
            return new StoredManifest(plan, files, root["certificate"]!);
        }
        catch (Exception damage) when (damage is JsonException or InvalidOperationException or FormatException or NullReferenceException
            or ArgumentException or OverflowException or ExperimentException)
        {
            findings.AddWrong("manifest.json: cannot be read as the manifest of a run");
            return null;
        }
    }
}
