using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>Success probabilities of some cells over iterations, as they are drawn: p, or its distance from 1 where p would show nothing.</summary>
internal sealed class Successes
{
    // Above it an axis of p shows nothing.
    private const double NearOne = 0.999;

    // Below it a linear axis shows nothing; beyond the other a logit axis shows little else.
    private const double NearZero = 0.01;
    private const double AtTheEdge = 1e-6;

    private static readonly string[] Drawn = ["p_mean", "p_q05", "p_q95", "p_finite", "p_theory"];

    private readonly RunData _run;
    private readonly Scale _scale;

    public Successes(RunData run, IEnumerable<int> cells)
    {
        _run = run;
        double[] drawn = [.. cells.SelectMany(cell => Drawn.SelectMany(name => run.Path(cell, name))).Where(double.IsFinite)];
        IsDistance = drawn.Length > 0 && drawn.All(p => p > NearOne);
        bool isWide = drawn.Any(p => p < NearZero) && drawn.All(p => p is >= AtTheEdge and <= 1 - AtTheEdge);
        _scale = IsDistance ? Scale.Log : isWide ? Scale.Logit : Scale.Linear;
    }

    /// <summary>Whether it is the distance from 1.</summary>
    public bool IsDistance { get; }

    public Axis Axis => new(IsDistance ? "1 − *p*_{*n*}" : "*p*_{*n*}", _scale);

    /// <summary>What a caption says of it; empty for p itself.</summary>
    public string Remark => IsDistance ? @" Drawn is the distance from 1 (one\_minus\_p\_mean)." : "";

    public double[] Mean(int cell) => _run.Path(cell, IsDistance ? "one_minus_p_mean" : "p_mean");

    public double[] Finite(int cell) => Curve(cell, "p_finite", "logit_finite");

    public double[] Theory(int cell) => Curve(cell, "p_theory", "logit_theory");

    /// <summary>The ends of the band that holds 90 % of the replicates.</summary>
    public (double[] Low, double[] High) Band(int cell)
    {
        (double[] low, double[] high) = (_run.Path(cell, "p_q05"), _run.Path(cell, "p_q95"));
        return IsDistance ? ([.. high.Select(p => 1 - p)], [.. low.Select(p => 1 - p)]) : (low, high);
    }

    private double[] Curve(int cell, string p, string logit) =>
        IsDistance ? [.. _run.Path(cell, p).Zip(_run.Path(cell, logit), ReportTables.OneMinus)] : _run.Path(cell, p);
}
