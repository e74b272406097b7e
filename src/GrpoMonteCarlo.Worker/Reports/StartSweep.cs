namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Runs of one iteration under the reference anchor from many starts: what an update makes of each success probability.</summary>
internal static class StartSweep
{
    public const int FewestStarts = 16;

    /// <summary>The cells from <see cref="FewestStarts"/> or more starts that differ in some other parameters at most, in order of the start;
    /// a set for each combination of the rest.</summary>
    public static List<(string Label, int[] Cells)> Of(RunData run, Variation variation, Func<int, bool> isUsable, params string[] but)
    {
        Column start = run.Cells("p_start");
        if (run.Iterations != 1 || Enumerable.Range(0, run.Count).Select(start.Number).Distinct().Count() < FewestStarts)
        {
            return [];
        }

        return [.. variation.Combinations(["p_start", .. but])
            .Select(sweep => (sweep.Label, sweep.Cells.Where(cell => IsOfReference(run, cell) && isUsable(cell)).OrderBy(start.Number).ToArray()))
            .Where(sweep => sweep.Item2.Select(start.Number).Distinct().Count() >= FewestStarts)];
    }

    private static bool IsOfReference(RunData run, int cell) =>
        run.Cells("anchor").Text(cell) == "reference" && run.Cells("prompts").Number(cell) == 1;
}
