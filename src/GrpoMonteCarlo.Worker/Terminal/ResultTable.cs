using System.Globalization;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Datasets;

namespace GrpoMonteCarlo.Worker.Terminal;

/// <summary>What a run prints at its end: each cell at the last iteration, beside both closed forms.</summary>
internal static class ResultTable
{
    private const int MostCells = 60;

    public static void Write(RunDatasets datasets, string folder, TextWriter output)
    {
        IReadOnlyList<SummaryRow> rows = datasets.LastIterations;
        (string Name, Func<Cell, string> Value)[] parameters =
        [
            ("p_ref", cell => Text(cell.PRef)),
            ("p_start", cell => Text(cell.Start)),
            ("beta", cell => Text(cell.Beta)),
            ("epsilon", cell => Text(cell.Epsilon)),
            ("G", cell => Text(cell.GroupSize)),
            ("M", cell => Text(cell.Groups)),
            ("advantage", cell => cell.Advantage.Name),
            ("anchor", cell => cell.Anchor.Name),
            ("alpha", cell => Text(cell.Anchor.Alpha)),
        ];

        // What tells variants apart; most experiments have none.
        (string Name, Func<Cell, string> Value)[] variants =
        [
            ("estimator", cell => ExperimentJson.Name(cell.Estimator)),
            ("fp", cell => Text(cell.Verifier.FalsePositive)),
            ("fn", cell => Text(cell.Verifier.FalseNegative)),
            ("lag", cell => Text(cell.Lag)),
            ("stage", cell => Text(cell.StageLength)),
            ("prompts", cell => Text(cell.Prompts)),
            ("per update", cell => Text(cell.PromptsPerUpdate)),
            ("arms", cell => cell.Arms is { } arms ? Text(arms.Count) : ""),
            ("reference", cell => cell.Arms is { } arms ? ExperimentJson.Name(arms.Shape) : ""),
            ("update", cell => ExperimentJson.Name(cell.Update.Kind)),
            ("kl", cell => cell.Update.Gradient is { } gradient ? ExperimentJson.Name(gradient.Kl) : ""),
            ("degenerate kl", cell => cell.Update.Gradient is { } gradient ? (gradient.MaskDegenerateKl ? "masked" : "kept") : ""),
            ("steps", cell => cell.Update.Gradient is { } gradient ? Text(gradient.Steps) : ""),
            ("eta", cell => cell.Update.Gradient is { } gradient ? Text(gradient.LearningRate) : ""),
            ("clip", cell => cell.Update.Gradient is { } gradient ? $"{Text(gradient.ClipLow)}/{Text(gradient.ClipHigh)}" : ""),
        ];

        // Those that are the same everywhere are said once, above.
        var varying = parameters.Concat(variants).Where(parameter => rows.Select(row => parameter.Value(row.Cell)).Distinct().Count() > 1).ToList();
        IEnumerable<string> constant = parameters.Except(varying).Select(parameter => $"{parameter.Name} {parameter.Value(rows[0].Cell)}");
        output.Write($"after {rows[0].Summary.Iteration} iterations, {rows[0].Summary.Replicates:N0} replicates: {string.Join(", ", constant)}\n\n");

        var table = new TextTable([.. varying.Select(parameter => parameter.Name), "p", "se", "finite group", "population", "p - population", "step_z"]);
        foreach (SummaryRow row in rows.Take(MostCells))
        {
            CellSummary summary = row.Summary;
            table.Add(
            [
                .. varying.Select(parameter => parameter.Value(row.Cell)),
                Fixed(summary.PMean),
                summary.PSe is { } se ? se.ToString("E1", CultureInfo.InvariantCulture) : "",
                Fixed(summary.PFinite),
                Fixed(summary.PTheory),
                summary.DeviationTheory is { } deviation ? deviation.ToString("+0.000000;-0.000000;0.000000", CultureInfo.InvariantCulture) : "",
                summary.StepZ is { } z ? z.ToString("F2", CultureInfo.InvariantCulture) : "",
            ]);
        }

        table.Write(output);
        if (rows.Count > MostCells)
        {
            output.Write($"... {rows.Count - MostCells:N0} more cells\n");
        }

        Certificate certificate = datasets.Certificate;
        if (certificate.Count > 0)
        {
            string distribution = certificate.KolmogorovSmirnovP is { } p ? string.Create(CultureInfo.InvariantCulture, $", Kolmogorov-Smirnov p {p:G3}") : "";
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"\ncertificate: {(certificate.Passed ? "passed" : "FAILED")}; {certificate.Count:N0} step_z, largest {certificate.Largest:F2}{distribution}\n"));
        }

        output.Write($"datasets: {string.Join(", ", datasets.Files.Select(file => Path.Combine(folder, file.Name)))}\n");
    }

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Fixed(double? value) => value?.ToString("F6", CultureInfo.InvariantCulture) ?? "";
}
