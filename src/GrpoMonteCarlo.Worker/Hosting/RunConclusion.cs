using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.Reports;
using GrpoMonteCarlo.Worker.State;
using GrpoMonteCarlo.Worker.Terminal;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>What a run's finished ranges come to, whoever simulated them: datasets, manifest, the printed table, the report.</summary>
internal static class RunConclusion
{
    /// <summary>Writes all that and gives the exit code: a failed certificate has one of its own.</summary>
    /// <param name="plan">The plan, all of whose cells are finished.</param>
    /// <param name="folder">Where the ranges are, and where the rest goes.</param>
    /// <param name="runs">The processes that simulated them, asked for when the datasets are written.</param>
    /// <param name="workers">Threads for the closed forms.</param>
    /// <param name="report">Whether to write the report.</param>
    /// <param name="cancellation">Stops between cells; nothing half-written stays.</param>
    public static int Write(Plan plan, RunFolder folder, Func<IEnumerable<JsonNode?>> runs, int workers, bool report, CancellationToken cancellation)
    {
        Report.Delete(folder.Path); // it would be that of other datasets
        RunDatasets datasets = RunDatasets.Write(plan, folder.Ranges, folder.Path, workers, cancellation);
        Manifest.Write(plan, folder, datasets, runs());
        ResultTable.Write(datasets, folder.Path, Console.Out);
        if (report)
        {
            Report.Write(folder.Path);
            Console.Out.Write($"report: {folder.FileAt(Report.Page)}\n");
        }

        return datasets.Certificate.Passed ? ExitCode.Done : ExitCode.CheckFailed;
    }
}
