using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>What the closed forms say of a cell: both curves of every comparison, and where they end.</summary>
public sealed class CellTheory
{
    private readonly FixedPoints _finiteSearch;
    private readonly FixedPoints? _populationSearch;
    private readonly SuccessProbability _start;

    internal CellTheory(Cell cell, int iterations, ClosedForms closedForms)
    {
        var reference = SuccessProbability.FromP(cell.PRef);
        _start = SuccessProbability.FromP(cell.Start);
        _finiteSearch = closedForms.Finite(cell);
        _populationSearch = closedForms.Population(cell);

        Omega = (FiniteGroupOmega)_finiteSearch.Omega;
        Finite = new Recurrence(Omega, cell.Anchor.Alpha, reference, cell.Beta);
        FiniteIterates = Finite.Iterate(_start, iterations);
        LogitVariances = Fluctuations.LogitVariances(Finite, cell.Groups, FiniteIterates);
        if (_populationSearch is not null)
        {
            Population = new Recurrence(_populationSearch.Omega, cell.Anchor.Alpha, reference, cell.Beta);
            PopulationIterates = Population.Iterate(_start, iterations);
        }
    }

    /// <summary>Omega_G of the cell.</summary>
    public FiniteGroupOmega Omega { get; }

    /// <summary>The recurrence of the finite group's mean field.</summary>
    public Recurrence Finite { get; }

    /// <summary>The paper's recurrence; null for a rule that has no population limit.</summary>
    public Recurrence? Population { get; }

    /// <summary>L_0..L_N of the finite group.</summary>
    public IReadOnlyList<SuccessProbability> FiniteIterates { get; }

    /// <summary>L_0..L_N of the population.</summary>
    public IReadOnlyList<SuccessProbability>? PopulationIterates { get; }

    /// <summary>First-order variance of L_0..L_N over replicates.</summary>
    public IReadOnlyList<double> LogitVariances { get; }

    /// <summary>Where the finite group's iterates end.</summary>
    public LongRun FiniteLongRun() => LongRun.Of(Finite, _start, _finiteSearch);

    /// <summary>Where the population's iterates end; null for a rule that has no population limit.</summary>
    public LongRun? PopulationLongRun() => Population is null ? null : LongRun.Of(Population, _start, _populationSearch!);
}

/// <summary>Where a recurrence ends from its start, and its fixed points.</summary>
/// <param name="Orbit">The orbit's end.</param>
/// <param name="FixedPointCount">Number of fixed points.</param>
/// <param name="Derivative">h' at the orbit's limit; null where there is no interior limit.</param>
/// <param name="StabilityBound">B at the orbit's limit, the beta above which it is stable; null likewise.</param>
public sealed record LongRun(Orbit Orbit, int FixedPointCount, double? Derivative, double? StabilityBound)
{
    internal static LongRun Of(Recurrence recurrence, SuccessProbability start, FixedPoints search)
    {
        var orbit = Orbit.Follow(recurrence, start);
        bool interior = orbit.Limit is { } limit && double.IsFinite(limit.Logit);
        return new LongRun(
            orbit,
            search.Of(recurrence).Count,
            interior ? recurrence.DerivativeAt(orbit.Points[0]) : null,
            interior ? recurrence.StabilityBoundAt(orbit.Points[0]) : null);
    }
}
