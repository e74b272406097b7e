using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The findings in sentences (markup); every number is in a table, to the same digits.</summary>
internal static class ReportWords
{
    // Said unless they are at their defaults.
    private static readonly Dictionary<string, string> Variants = new() { ["estimator"] = "importance", ["update"] = "tied", ["prompts"] = "1" };

    private static readonly string[] Told =
    [
        "p_ref", "p_start", "beta", "epsilon", "group_size", "groups", "advantage", "anchor", "arms", "prompts", "estimator", "update",
    ];

    public static IEnumerable<string> Of(RunData run, Variation variation, ReportTables tables)
    {
        yield return WhatWasRun(run, variation);
        if (run.IsEmpirical)
        {
            yield return Certificate(run);
        }

        if (tables.Farthest is { } cell)
        {
            yield return Farthest(run, variation, tables, cell);
        }
    }

    private static string WhatWasRun(RunData run, Variation variation)
    {
        string cells = run.Count == 1
            ? "One cell"
            : $"{Markup.Whole(run.Count)} cells, which differ in "
                + string.Join(", ", variation.Columns.Select(column => Parameter.Symbol(column.Name)));
        double rollouts = Enumerable.Range(0, run.Count).Select(run.Cells("rollouts").Number).Where(double.IsFinite).Sum();
        string constant = string.Join(", ", Told
            .Select(run.Cells)
            .Where(column => !variation.Columns.Contains(column) && (column.Name != "p_start" || SameEverywhere(run, column)))
            .Where(column => !Variants.TryGetValue(column.Name, out string? usual) || column.Text(0) != usual)
            .Select(column => Parameter.Label(column, 0))
            .Where(label => label.Length > 0));
        string replicates = run.IsEmpirical
            ? $"{Range(run.Last("replicates"))} of {Number(run.Iterations, "iteration")}, {Number(rollouts, "rollout")}"
            : $"{Number(run.Iterations, "iteration")} of the closed forms, nothing simulated";
        return $"{cells}; {replicates}. {(constant.Length > 0 ? $"The same everywhere: {constant}." : "")}";
    }

    private static string Number(double count, string noun) => $"{Markup.Whole(count)} {noun}{(count == 1 ? "" : "s")}";

    // Cells that stop by themselves have different numbers of replicates.
    private static string Range(double[] replicates) => (replicates.Min() < replicates.Max() ? $"{Markup.Whole(replicates.Min())} to " : "")
        + Number(replicates.Max(), "replicate");

    private static bool SameEverywhere(RunData run, Column column) =>
        Enumerable.Range(1, run.Count - 1).All(cell => column.Text(cell) == column.Text(0));

    private static string Certificate(RunData run)
    {
        StoredCertificate certificate = run.Manifest.Certificate;
        if (certificate.StepZCount == 0)
        {
            return @"The certificate had nothing to check: no step\_z expects 1,000 informative groups.";
        }

        string distribution = certificate.KolmogorovSmirnovP is { } p ? $", Kolmogorov–Smirnov *p* {Markup.Digits(p, 3)}" : "";
        return $@"The certificate {(certificate.Passed ? "passed" : "FAILED")}: {Markup.Whole(certificate.StepZCount)} step\_z, the largest "
            + $"{Markup.Fixed(certificate.LargestStepZ ?? double.NaN, 2)}{distribution}; flagged cells: {Markup.Whole(Intervals.Flagged(run.StepZ))}.";
    }

    private static string Farthest(RunData run, Variation variation, ReportTables tables, int cell)
    {
        string who = (run.IsEmpirical, run.Count) switch
        {
            (true, 1) => "the mean",
            (true, _) => variation.Label(cell),
            (false, 1) => "the recurrence for groups of *G*",
            (false, _) => $"at {variation.Label(cell)} the recurrence for groups of *G*",
        };
        int decimals = tables.Decimals(cell);
        string Shown(string column) => Markup.Fixed(run.Last(column)[cell], decimals);
        string deviation = Markup.Fixed(ReportTables.Deviation(run, cell), decimals);
        string reaches = Shown(run.IsEmpirical ? "p_mean" : "p_finite");
        string error = run.IsEmpirical && run.Last("p_se")[cell] > 0 ? $", standard error {Shown("p_se")}" : "";
        bool hasFinite = run.IsEmpirical && !double.IsNaN(run.Last("p_finite")[cell]);
        string finite = hasFinite ? $" The recurrence for groups of *G* gives {Shown("p_finite")}." : "";
        return $"Farthest from the paper: {who} reaches {reaches}, the paper's recurrence {Shown("p_theory")}; "
            + $"the difference is {deviation}{error}.{finite}";
    }
}
