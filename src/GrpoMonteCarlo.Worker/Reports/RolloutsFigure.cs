using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>p_n against the rollouts spent, where settings differ in what an update costs.</summary>
internal static class RolloutsFigure
{
    private const double ManyTimes = 8;

    /// <summary>The settings side by side; null if all updates cost the same.</summary>
    public static Overlay? Settings(RunData run, Variation variation)
    {
        // The other estimators draw as many groups as they are told.
        Column estimators = run.Cells("estimator");
        bool redraws = Enumerable.Range(0, run.Count).Any(cell => estimators.Text(cell) == "dynamic-sampling");
        string[] names = ["group_size", "groups", "prompts_per_update", .. redraws ? ["estimator"] : Array.Empty<string>()];
        return Overlay.Of(run, variation, names, cells => cells.Select(cell => (Nominal(run, cell), estimators.Text(cell) == "dynamic-sampling"))
            .Distinct()
            .Count() > 1);
    }

    public static ReportFigure? Of(RunData run, Overlay? settings)
    {
        if (settings is null || run.Iterations == 0)
        {
            return null;
        }

        Dictionary<int, double[]> spent = settings.Cells.Distinct().ToDictionary(cell => cell, cell => Spent(run, cell));
        double[] costs = [.. spent.Values.Select(path => path[^1]).Where(cost => cost > 0)];
        bool isLog = costs.Length > 0 && costs.Max() >= ManyTimes * costs.Min();

        // Nothing is spent at iteration 0, which has no place on a log axis.
        Figure? figure = settings.Draw(
            run,
            "rollouts",
            new Axis("rollouts per prompt and replicate", isLog ? Scale.Log : Scale.Linear),
            cell => isLog ? spent[cell][1..] : spent[cell]);
        string counted = run.IsEmpirical
            ? @"rollouts over replicates, added up, and over prompts where there are many; with dynamic sampling all that were drawn count"
            : "*n* *G* *M*, with dynamic sampling without what is drawn again";
        return figure is null ? null : ReportFigure.Of(
            figure,
            $"Success probability against the rollouts spent on a prompt ({counted}){(isLog ? ", from iteration 1 on" : "")}: "
                + $"{settings.Lines(run)}.{new Successes(run, settings.Cells).Remark}{settings.Omission}");
    }

    /// <summary>Of each iteration, all that was spent up to it per prompt and replicate.</summary>
    public static double[] Spent(RunData run, int cell)
    {
        double[] spent = new double[run.Iterations + 1];
        double[] rollouts = run.Path(cell, "rollouts");
        double[] replicates = run.Path(cell, "replicates");
        double prompts = Prompts(run, cell);
        for (int n = 1; n < spent.Length; n++)
        {
            spent[n] = spent[n - 1] + (run.IsEmpirical ? rollouts[n] / (replicates[n] * prompts) : Nominal(run, cell));
        }

        return spent;
    }

    // Of an update, per prompt.
    private static double Nominal(RunData run, int cell)
    {
        double taken = run.Cells("prompts_per_update").Number(cell);
        return run.Cells("group_size").Number(cell) * run.Cells("groups").Number(cell) * (taken > 0 ? taken / Prompts(run, cell) : 1);
    }

    private static double Prompts(RunData run, int cell) => run.Cells("prompts").Number(cell) is > 0 and var prompts ? prompts : 1;
}
