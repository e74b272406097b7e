using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Verification;

/// <summary>What a run's manifest.json says.</summary>
/// <param name="Plan">The plan of its experiment.</param>
/// <param name="Files">The datasets that it lists.</param>
/// <param name="Certificate">What it says of the certificate.</param>
internal sealed record StoredManifest(Plan Plan, IReadOnlyList<DatasetFile> Files, StoredCertificate Certificate)
{
    /// <summary>Reads the manifest; null where too much of it is off to go on.</summary>
    /// <exception cref="BadInputException">There is none, or that of a shard.</exception>
    public static StoredManifest? Read(string folder, Findings findings)
    {
        int before = findings.Wrong.Count;
        byte[] bytes = ManifestFile.Find(folder, "run").Bytes;
        if (!Manifest.IsWhole(bytes))
        {
            findings.AddWrong("manifest.json: is not what was written: its checksum is another");
        }

        try
        {
            StoredManifest? read = ManifestFile.Read(bytes, manifest => Read(folder, manifest, findings));
            findings.AddChecked(before, "manifest.json: its checksum, the experiment and its hash");
            return read;
        }
        catch (InvalidDataException)
        {
            findings.AddWrong("manifest.json: cannot be read as the manifest of a run");
            return null;
        }
    }

    private static StoredManifest? Read(string folder, ManifestFile manifest, Findings findings)
    {
        manifest.RequireWholeRun(folder);
        if (manifest.StreamVersion != Plan.StreamVersion)
        {
            findings.AddWrong(
                $"manifest.json: stream version {manifest.StreamVersion}; this program's is {Plan.StreamVersion}, so it cannot simulate the run again");
            return null;
        }

        Experiment experiment = manifest.Experiment;
        string hash = ExperimentJson.Hash(experiment);
        if (hash != manifest.ExperimentHash)
        {
            findings.AddWrong($"manifest.json: experimentHash is {manifest.ExperimentHash}, that of the experiment is {hash}");
        }

        var plan = Plan.Of(experiment);
        if (manifest.Cells != plan.Cells.Count)
        {
            findings.AddWrong($"manifest.json: cells is {manifest.Cells}, the experiment has {plan.Cells.Count}");
        }

        return new StoredManifest(plan, manifest.Files, manifest.Certificate);
    }
}
