using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Verification;

/// <summary>
/// Holds a finished run against itself and against the engine: the manifest and its checksum, each dataset's bytes, schema and values, the
/// datasets written again from the finished ranges, and some of these ranges simulated again, bit for bit. Nothing in the folder is changed.
/// </summary>
internal static class Verifier
{
    /// <exception cref="BadInputException">The folder holds no finished run.</exception>
    public static Findings Verify(string folder)
    {
        var findings = new Findings();
        if (StoredManifest.Read(folder, findings) is not { } manifest)
        {
            return findings;
        }

        var datasets = new DatasetCheck(folder, manifest, findings);
        datasets.CheckFiles();
        datasets.CheckCertificate();

        var store = new RangeStore(folder, manifest.Plan, (file, reason) => findings.AddWrong($"{Path.GetRelativePath(folder, file)}: {reason}"));
        var engine = new EngineCheck(folder, manifest.Plan, store, findings);
        if (manifest.Plan.Experiment.Replicates == 0 || !store.IsEmpty)
        {
            engine.WriteAgain();
            engine.SimulateRangesAgain();
        }
        else if (datasets.Replicates is { } replicates)
        {
            engine.SimulateCellsAgain(replicates);
        }

        return findings;
    }
}
