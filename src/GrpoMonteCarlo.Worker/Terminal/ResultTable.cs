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

        // Named as in the datasets; one that is at its default everywhere is not said.
        (string Name, string Default, Func<Cell, string> Value)[] parameters =
        [
            ("p_ref", "", cell => Text(cell.PRef)),
            ("p_start", "", cell => Text(cell.Start)),
            ("beta", "", cell => Text(cell.Beta)),
            ("epsilon", "", cell => Text(cell.Epsilon)),
            ("G", "", cell => Text(cell.GroupSize)),
            ("M", "", cell => Text(cell.Groups)),
            ("advantage", "", cell => cell.Advantage.Name),
            ("anchor", "", cell => cell.Anchor.Name),
            ("alpha", "", cell => Text(cell.Anchor.Alpha)),
            ("estimator", "importance", cell => ExperimentJson.Name(cell.Estimator)),
            ("false_positive", "0", cell => Text(cell.Verifier.FalsePositive)),
            ("false_negative", "0", cell => Text(cell.Verifier.FalseNegative)),
            ("lag", "0", cell => Text(cell.Lag)),
            ("stage_length", "0", cell => Text(cell.StageLength)),
            ("prompts", "1", cell => Text(cell.Prompts)),
            ("prompts_per_update", "1", cell => Text(cell.PromptsPerUpdate)),
            ("arms", "", cell => cell.Arms is { } arms ? Text(arms.Count) : ""),
            ("reference", "", cell => cell.Arms is { } arms ? ExperimentJson.Name(arms.Shape) : ""),
            ("update", "tied", cell => ExperimentJson.Name(cell.Update.Kind)),
            ("steps", "", cell => cell.Update.Gradient is { } gradient ? Text(gradient.Steps) : ""),
            ("learning_rate", "", cell => cell.Update.Gradient is { } gradient ? Text(gradient.LearningRate) : ""),
            ("clip_low", "", cell => Bound(cell.Update.Gradient?.ClipLow)),
            ("clip_high", "", cell => Bound(cell.Update.Gradient?.ClipHigh)),
            ("kl", "", cell => cell.Update.Gradient is { } gradient ? ExperimentJson.Name(gradient.Kl) : ""),
            ("degenerate_kl", "", cell => cell.Update.Gradient is { } gradient ? (gradient.MaskDegenerateKl ? "masked" : "kept") : ""),
        ];

        // Those that are the same everywhere are said once, above.
        var varying = parameters.Where(parameter => rows.Select(row => parameter.Value(row.Cell)).Distinct().Count() > 1).ToList();
        IEnumerable<string> constant = parameters.Except(varying)
            .Where(parameter => parameter.Value(rows[0].Cell) != parameter.Default)
            .Select(parameter => $"{parameter.Name} {parameter.Value(rows[0].Cell)}");
        (long fewest, long most) = (rows.Min(row => row.Summary.Replicates), rows.Max(row => row.Summary.Replicates));
        string replicates = fewest == most ? $"{most:N0}" : $"{fewest:N0} to {most:N0}";
        output.Write($"after {rows[0].Summary.Iteration} iterations, {replicates} replicates: {string.Join(", ", constant)}\n\n");

        var table = new TextTable([.. varying.Select(parameter => parameter.Name), "p", "se", "finite group", "population", "p - population", "step_z"]);
        foreach (SummaryRow row in rows.Take(MostCells))
        {
            CellSummary summary = row.Summary;
            table.Add(
            [
                .. varying.Select(parameter => parameter.Value(row.Cell)),
                Fixed(summary.PMean),
                summary.PSe is { } se ? se.ToString(se == 0 ? "0" : "0.0e0", CultureInfo.InvariantCulture) : "",
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

    private static string Bound(double? clip) => clip is { } bound && double.IsFinite(bound) ? Text(bound) : "";

    private static string Fixed(double? value) => value?.ToString("F6", CultureInfo.InvariantCulture) ?? "";
}
