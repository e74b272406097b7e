using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>A cell with all that its simulation needs, shared by the workers that simulate its ranges.</summary>
public sealed class CellProblem
{
    internal CellProblem(Cell cell, CellTheory theory, Experiment experiment, TiedUpdate? update = null)
    {
        Cell = cell;
        Theory = theory;
        Iterations = experiment.Iterations;
        RecordTrajectories = experiment.RecordTrajectories;
        Key = Plan.StreamOf(cell, experiment);
        Quanta = new Quanta(theory.Terms);
        Observables = Observable.Of(cell);
        Update = update ?? new TiedUpdate(cell.Estimator, theory.Scale, cell.Anchor, cell.Beta);
        Bins = new LogitBins[Iterations + 1];
        for (int n = 0; n <= Iterations; n++)
        {
            Bins[n] = new LogitBins(theory.Centre[n], theory.LogitVariances[n]);
        }
    }

    /// <summary>The cell.</summary>
    public Cell Cell { get; }

    /// <summary>Its closed forms.</summary>
    public CellTheory Theory { get; }

    /// <summary>N, updates of each replicate.</summary>
    public int Iterations { get; }

    /// <summary>Whether trajectories are recorded.</summary>
    public bool RecordTrajectories { get; }

    /// <summary>What is measured beside the success probability.</summary>
    public IReadOnlyList<Observable> Observables { get; }

    /// <summary>The cells that it is compared with, in the order of <see cref="Cell.Comparisons"/>.</summary>
    public IReadOnlyList<CellProblem> Baselines { get; internal init; } = [];

    internal StreamKey Key { get; }

    internal Quanta Quanta { get; }

    internal TiedUpdate Update { get; }

    /// <summary>The quantile bins of iterations 0..N.</summary>
    internal LogitBins[] Bins { get; }
}
