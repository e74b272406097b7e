using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The tables: each cell at the last iteration, the certificate, fractions, and when replicates leave regions.</summary>
internal sealed class ReportTables
{
    /// <summary>Every name a table may have.</summary>
    public static readonly string[] Names = ["cells", "certificate", "fractions", "passage-times"];

    private const int MostCells = 5_000;
    private const int ClosedFormDecimals = 6;

    private readonly RunData _run;
    private readonly Variation _variation;
    private readonly int[] _cells;

    public ReportTables(RunData run, Variation variation)
    {
        (_run, _variation) = (run, variation);
        Farthest = FarthestCell(run);
        _cells = [.. Sample.Of(run.Count, MostCells).Union(Farthest is { } cell ? [cell] : []).Order()];
    }

    /// <summary>The cell that is farthest from the paper's recurrence at the last iteration, the first of equal ones; null if none has one.</summary>
    public int? Farthest { get; }

    /// <summary>Deviation from the paper: of the mean over replicates; without replicates of the recurrence for groups of G.</summary>
    public static double Deviation(RunData run, int cell) => run.IsEmpirical
        ? run.Last("deviation_theory")[cell]
        : Difference(run.Last("p_finite")[cell], run.Last("logit_finite")[cell], run.Last("p_theory")[cell], run.Last("logit_theory")[cell]);

    /// <summary>a - b, formed from 1-a and 1-b above 1/2.</summary>
    public static double Difference(double a, double logitA, double b, double logitB) =>
        a > 0.5 && b > 0.5 ? OneMinus(b, logitB) - OneMinus(a, logitA) : a - b;

    /// <summary>1 - p, from the logit where there is one.</summary>
    public static double OneMinus(double p, double logit) => logit > 0 ? 1 / (1 + Math.Exp(logit)) : 1 - p;

    /// <summary>Digits after the point for what stands beside a cell's mean.</summary>
    public int Decimals(int cell) => _run.IsEmpirical ? Intervals.Decimals(_run.Last("p_se")[cell]) : ClosedFormDecimals;

    /// <summary>The tables, in the report's order.</summary>
    /// <param name="times">passage_times.parquet; null if the run has none.</param>
    public IEnumerable<Table> All(PassageTimes? times)
    {
        Table[] passages = times is { Count: > 0 } ? [Passages(times)] : [];
        return _run.IsEmpirical ? [Cells(), Certificate(), Fractions(), .. passages] : [Cells()];
    }

    private static int? FarthestCell(RunData run)
    {
        int? farthest = null;
        double[] reached = run.Last(run.IsEmpirical ? "p_mean" : "p_finite");
        for (int cell = 0; cell < run.Count; cell++)
        {
            double distance = Math.Abs(Deviation(run, cell));
            bool known = double.IsFinite(distance) && double.IsFinite(reached[cell]) && double.IsFinite(run.Last("p_theory")[cell]);
            farthest = known && (farthest is not { } best || distance > Math.Abs(Deviation(run, best))) ? cell : farthest;
        }

        return farthest;
    }

    private Table Cells()
    {
        double[] mean = _run.Last("p_mean");
        double[] error = _run.Last("p_se");
        (TableColumn Column, Func<int, double> Value)[] columns =
        [
            (new("p_mean", "*p*"), cell => mean[cell]),
            (new("p_se", "s.e."), cell => error[cell]),
            (new("p_low", "95\u00A0% from"), cell => Math.Max(mean[cell] - (Intervals.Reach * error[cell]), 0)),
            (new("p_high", "to"), cell => Math.Min(mean[cell] + (Intervals.Reach * error[cell]), 1)),
            (new("p_finite", "groups of *G*"), cell => _run.Last("p_finite")[cell]),
            (new("p_theory", "paper"), cell => _run.Last("p_theory")[cell]),
            (new(_run.IsEmpirical ? "deviation_theory" : "p_finite_minus_p_theory", _run.IsEmpirical ? "*p* − paper" : "groups of *G* − paper"),
                cell => Deviation(_run, cell)),
            (new("deviation_finite", "*p* − groups of *G*"), cell => _run.Last("deviation_finite")[cell]),
            (new("limit_finite", "limit, groups of *G*"), _run.Cells("limit_finite").Number),
            (new("limit_theory", "limit, paper"), _run.Cells("limit_theory").Number),
        ];

        // What no cell has is left out: means of closed forms, closed forms of a given scale.
        columns = [.. columns.Where(column => _cells.Any(cell => !double.IsNaN(column.Value(cell))))];
        string sampled = _cells.Length == _run.Count
            ? ""
            : $" {Markup.Whole(_cells.Length)} cells chosen evenly of {Markup.Whole(_run.Count)}, the farthest from the paper among them.";
        string empirical = _run.IsEmpirical
            ? " *p* is the mean over replicates, s.e. its standard error, the interval 1.96 standard errors to either side."
            : "";
        return new Table(
            "cells",
            $"Every cell after {_run.Iterations} iterations.{empirical} “Paper” is the recurrence for infinitely large groups, “groups of *G*” that "
                + $"for finite ones; their limits are those of the closed forms.{sampled}",
            [.. Identity(), .. columns.Select(column => column.Column)],
            [
                .. _cells.Select(cell => (TableValue[])
                    [.. Identity(cell), .. columns.Select(column => TableValue.Of(column.Value(cell), Decimals(cell)))]),
            ])
        {
            Always = Always(),
        };
    }

    private Table Certificate()
    {
        StoredCertificate certificate = _run.Manifest.Certificate;
        return new Table(
            "certificate",
            "The certificate: step\\_z of all cells and iterations must be N(0, 1). Flagged are the cells with a value that the procedure of "
                + "Benjamini and Hochberg rejects at a false discovery rate of 5\u00A0%; one right run in twenty has some.",
            [
                new("passed", "passed"), new("step_z", "number of step\\_z"), new("largest_step_z", "largest |step\\_z|"),
                new("kolmogorov_smirnov_p", "Kolmogorov–Smirnov *p*"), new("flagged_cells", "flagged cells"),
            ],
            [
                [
                    new(certificate.Passed ? "true" : "false", certificate.Passed ? "yes" : "no"),
                    TableValue.Whole(certificate.StepZCount),
                    TableValue.Of(certificate.LargestStepZ ?? double.NaN, 2),
                    certificate.KolmogorovSmirnovP is { } p ? new(Column.Exact(p), Markup.Digits(p, 3)) : new("", ""),
                    TableValue.Whole(Intervals.Flagged(_run.StepZ)),
                ],
            ]);
    }

    private Table Fractions() => new(
        "fractions",
        $"Shares at iteration {_run.Iterations} with Wilson's 95\u00A0% intervals: of replicates that are saturated (|*L*_{{*n*}}| above 36), and of "
            + "the groups of the last update that are degenerate (all rewards equal). Groups of one replicate share its *p*: the second interval "
            + "is that of the groups given the replicates.",
        [
            .. Identity(),
            new("saturated_fraction", "saturated"), new("saturated_low", "95\u00A0% from"), new("saturated_high", "to"),
            new("degenerate_fraction", "degenerate"), new("degenerate_low", "95\u00A0% from"), new("degenerate_high", "to"),
        ],
        [
            .. _cells.Select(cell => (TableValue[])
            [
                .. Identity(cell),
                .. Fraction(_run.Last("saturated_fraction")[cell], _run.Last("replicates")[cell]),
                .. Fraction(_run.Last("degenerate_fraction")[cell], _run.Last("rollouts")[cell] / _run.Cells("group_size").Number(cell)),
            ]),
        ])
    {
        Always = Always(),
    };

    private Table Passages(PassageTimes times)
    {
        TableColumn[] columns =
        [
            new("region", "region"), new("p_low", "*p* from"), new("p_high", "to"),
            new("left", "share that left"), new("left_se", "s.e."), new("left_law", "law"),
            new("time_q50", "median *T*"), new("time_q50_law", "law"),
            new("time_restricted_mean", $"mean of min(*T*, {_run.Iterations})"), new("time_restricted_mean_se", "s.e."), new("time_restricted_mean_law", "law"),
            new("time_mean_law", "mean *T*, law"),
        ];
        var chosen = _cells.ToHashSet();
        return new Table(
            "passage-times",
            "*T* is the first iteration at which *p* lies outside a region: at a threshold or above, or outside the basin in which the start lies. Measured over "
                + $"{_run.Iterations} iterations; “law” is that of the finite-group chain, its median and mean of *T* beyond these as well. The mean of "
                + $"min(*T*, {_run.Iterations}) counts a replicate that has not left by then as {_run.Iterations}.",
            [.. Identity(), .. columns],
            [
                .. Enumerable.Range(0, times.Count).Where(row => chosen.Contains(times.Cell(row))).Select(row => (TableValue[])
                    [.. Identity(times.Cell(row)), .. columns.Select(column => times.Value(column.Name, row))]),
            ]);
    }

    private static TableValue[] Fraction(double fraction, double n)
    {
        (double low, double high) = double.IsNaN(fraction) ? (double.NaN, double.NaN) : Intervals.Wilson(fraction, n);
        int decimals = Intervals.Decimals((high - low) / 4);
        return [TableValue.Of(fraction, decimals), TableValue.Of(low, decimals), TableValue.Of(high, decimals)];
    }

    private int[] Always() => Farthest is { } cell ? [Array.BinarySearch(_cells, cell)] : [];

    private IEnumerable<TableColumn> Identity() =>
        _variation.Columns.Select(column => new TableColumn(column.Name, Parameter.Symbol(column.Name))).Prepend(new TableColumn("cell", "cell"));

    private IEnumerable<TableValue> Identity(int cell) => _variation.Columns
        .Select(column => new TableValue(column.Text(cell), Parameter.Value(column, cell)))
        .Prepend(new TableValue(Column.Exact(cell), Markup.Fixed(cell, 0)));
}
