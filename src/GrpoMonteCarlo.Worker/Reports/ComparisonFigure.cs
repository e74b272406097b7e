using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>p_n against n, with methods side by side: estimators, updates, penalties, verifiers, stages.</summary>
internal static class ComparisonFigure
{
    // What is most a method's own comes first.
    private static readonly string[] Methods =
    [
        "kl", "degenerate_kl", "clip_low", "clip_high", "steps", "update", "learning_rate", "estimator", "false_positive", "false_negative",
        "stage_length", "reference", "arms", "anchor", "alpha", "lag", "advantage", "epsilon",
    ];

    public static Overlay? Settings(RunData run, Variation variation) =>
        run.Iterations < 2 ? null : Overlay.Of(run, variation, Methods, _ => true);

    public static ReportFigure? Of(RunData run, Overlay? settings)
    {
        double[] n = [.. Enumerable.Range(0, run.Iterations + 1).Select(i => (double)i)];
        return settings?.Draw(run, "comparison", new Axis("iteration *n*"), _ => n) is not { } figure
            ? null
            : ReportFigure.Of(
                figure,
                $"Success probability over iterations, settings side by side: {settings.Lines(run)}."
                    + $"{new Successes(run, settings.Cells).Remark}{settings.Omission}");
    }
}
