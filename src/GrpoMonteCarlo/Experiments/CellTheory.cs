using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>What the closed forms say of a cell: both curves of every comparison, and where they end.</summary>
public sealed class CellTheory
{
    // Nothing predicts how far replicates of gradient ascent spread: bins of 2^-9 of a logit.
    private const double GradientVariance = 1.0 / 256;

    private readonly Cell _cell;
    private readonly FixedPoints? _finiteSearch;
    private readonly FixedPoints? _populationSearch;
    private readonly Lazy<SuccessProbability?> _exactLimit;
    private readonly Lazy<IReadOnlyList<PredictedSpread?>?> _spread;

    internal CellTheory(Cell cell, Experiment experiment, ClosedForms closedForms)
    {
        _cell = cell;
        _exactLimit = new Lazy<SuccessProbability?>(FindExactLimit);
        _spread = new Lazy<IReadOnlyList<PredictedSpread?>?>(() => PredictedSpread.Of(this, _cell, _finiteSearch?.Omega));
        Arms = cell.Arms is null && !cell.NeedsArms ? null : ReferencePolicy.Of(cell, experiment);
        References = cell.Population?.ReferencesOf(experiment) ?? [SuccessProbability.FromP(cell.PRef)];
        Starts = cell.GivenStart is { } start ? [.. References.Select(_ => SuccessProbability.FromP(start))] : References;
        Scale = cell.Advantage.Scale(cell.GroupSize, cell.Epsilon);
        Terms = TermsOf(cell, Scale);
        _finiteSearch = closedForms.Finite(cell);
        _populationSearch = closedForms.Population(cell);

        // Of gradient ascent there is no exact policy without a KL.
        int iterations = experiment.Iterations;
        FiniteCurves = _finiteSearch is null || cell.Beta == 0 ? null : CurvesOf(_finiteSearch.Omega, iterations);
        PopulationCurves = _populationSearch is null || cell.Beta == 0 ? null : CurvesOf(_populationSearch.Omega, iterations);
        if (cell.Update.Gradient is not null)
        {
            FiniteIterates = GradientMeanField.Finite(this, cell, iterations);
            PopulationIterates = GradientMeanField.Population(this, cell, iterations);
            Centre = FiniteIterates ?? PopulationIterates ?? [.. Enumerable.Repeat(Starts[0], iterations + 1)];
            LogitVariances = [.. Enumerable.Repeat(GradientVariance, iterations + 1)];
            return;
        }

        FiniteIterates = FiniteCurves?.Mean;
        PopulationIterates = PopulationCurves?.Mean;

        // Where there is no curve of the estimator's own, importance's is near enough to lay bins around.
        Omega importance = cell.Advantage.ManyGroups(cell.GroupSize, cell.Epsilon);
        Centre = FiniteIterates ?? PromptCurves.Of(this, importance, cell, iterations, everyPrompt: true)!.Mean;
        double[] variances = Fluctuations.LogitVariances(
            new Recurrence(cell.Advantage.FiniteGroup(cell.GroupSize, cell.Epsilon), cell.Anchor.Alpha, SuccessProbability.FromP(cell.PRef), cell.Beta),
            cell.Groups,
            Centre);
        LogitVariances = [.. variances.Select(variance => variance / cell.Prompts)];
    }

    /// <summary>L_0..L_N of groups of G; of a population of prompts the logit of the mean success probability. Null if there is no closed form.</summary>
    public IReadOnlyList<SuccessProbability>? FiniteIterates { get; }

    /// <summary>The same of the paper's recurrence; null if there is no closed form.</summary>
    public IReadOnlyList<SuccessProbability>? PopulationIterates { get; }

    /// <summary>
    /// How replicates lie around <see cref="FiniteIterates"/> at iterations 0..N, null from where the policy has saturated on; null where no
    /// theory says it.
    /// </summary>
    public IReadOnlyList<PredictedSpread?>? Spread => _spread.Value;

    /// <summary>L_0..L_N of the exact update, whatever the cell's update; null without a closed form.</summary>
    internal IReadOnlyList<SuccessProbability>? ExactFinite => FiniteCurves?.Mean;

    /// <summary>The same of the paper's recurrence.</summary>
    internal IReadOnlyList<SuccessProbability>? ExactPopulation => PopulationCurves?.Mean;

    /// <summary>p*, the limit of the paper's recurrence; null if it has none.</summary>
    internal SuccessProbability? ExactLimit => _exactLimit.Value;

    /// <summary>The closed forms of all prompts.</summary>
    internal PromptCurves? FiniteCurves { get; }

    /// <summary>The same of the paper's recurrence.</summary>
    internal PromptCurves? PopulationCurves { get; }

    /// <summary>The arms of the policy; null if it has none.</summary>
    internal ReferencePolicy? Arms { get; }

    /// <summary>L_ref of each prompt.</summary>
    internal IReadOnlyList<SuccessProbability> References { get; }

    /// <summary>L_0 of each prompt.</summary>
    internal IReadOnlyList<SuccessProbability> Starts { get; }

    /// <summary>s(0), ..., s(G).</summary>
    internal IReadOnlyList<double> Scale { get; }

    /// <summary>What a group adds to the certificate's sums.</summary>
    internal GroupTerms Terms { get; }

    /// <summary>Around what the quantile bins lie: the finite group's iterates, or what is nearest to them.</summary>
    internal IReadOnlyList<SuccessProbability> Centre { get; }

    /// <summary>Variance of L_0..L_N over replicates, for the width of bins: to first order, of the importance estimator; of many prompts as if they were alike.</summary>
    internal IReadOnlyList<double> LogitVariances { get; }

    /// <summary>Where the finite group's iterates end; null if they have no closed form or no end: in stages, of many prompts.</summary>
    public LongRun? FiniteLongRun() => LongRunOf(_finiteSearch, _cell.GroupSize);

    /// <summary>
    /// The variance of L over replicates that remains where groups of G come to rest, to first order; null where there is no theory, or no
    /// stable fixed point inside (0, 1).
    /// </summary>
    /// <param name="end">Where the finite group's iterates end.</param>
    public double? StationaryLogitVariance(LongRun? end) => PredictedSpread.LogitVarianceAtRest(this, _cell, _finiteSearch?.Omega, end?.Limit);

    /// <summary>Where the population's iterates end; null likewise.</summary>
    public LongRun? PopulationLongRun() => LongRunOf(_populationSearch, null);

    /// <summary>
    /// The law of L_0, ..., L_N over replicates; null where it is not known: but for two-point policies of one prompt with the estimators
    /// <c>importance</c> and <c>plug-in</c>, and neither a lag nor stages; and beyond the sizes that <see cref="LogitLaw"/> takes.
    /// </summary>
    /// <param name="iterations">N, at least 1.</param>
    public LogitLaw? Law(int iterations) =>
        _cell is { Population: null, Lag: 0, StageLength: 0, NeedsArms: false, Estimator: Estimator.Importance or Estimator.PlugIn, Groups: <= LogitLaw.MostGroups }
        && !_cell.Advantage.DividesByBatch && iterations <= LogitLaw.MostIterations
            ? new LogitLaw(FiniteRecurrence(_finiteSearch!.Omega), _cell.Groups, Starts[0], iterations)
            : null;

    /// <summary>The boundaries of the basins of the finite group's recurrence, rising; null if it has no closed form, in stages, of many prompts and of gradient updates.</summary>
    public IReadOnlyList<SuccessProbability>? BasinBoundaries() =>
        _finiteSearch is null || _cell is not { Population: null, StageLength: 0, Update.Gradient: null }
            ? null
            : Basins.BoundariesOf(_finiteSearch, FiniteRecurrence(_finiteSearch.Omega));

    private Recurrence FiniteRecurrence(Omega omega) => new(omega, _cell.Anchor.Alpha, References[0], _cell.Beta);

    private SuccessProbability? FindExactLimit() => _populationSearch is null || _cell.Beta == 0
        ? null
        : Orbit.Follow(new Recurrence(_populationSearch.Omega, _cell.Anchor.Alpha, References[0], _cell.Beta), Starts[0], _cell.Lag).Limit;

    private PromptCurves? CurvesOf(Omega omega, int iterations) => PromptCurves.Of(this, omega, _cell, iterations, everyPrompt: false);

    private LongRun? LongRunOf(FixedPoints? search, int? groupSize)
    {
        if (search is null || _cell.Population is not null || _cell.StageLength > 0)
        {
            return null;
        }

        return _cell.Update.Gradient is not null
            ? LongRun.OfGradient(_cell, search.Omega, References[0], Starts[0], groupSize)
            : LongRun.Of(new Recurrence(search.Omega, _cell.Anchor.Alpha, References[0], _cell.Beta), Starts[0], search, _cell.Lag);
    }

    private static GroupTerms TermsOf(Cell cell, IReadOnlyList<double> scale) => cell.Estimator switch
    {
        Estimator.PlugIn => new GroupTerms(scale, GroupTerm.Scale),
        Estimator.DynamicSampling => new GroupTerms(scale, GroupTerm.InformativePhi, cell.Verifier),
        _ => new GroupTerms(scale, GroupTerm.Phi, cell.Verifier),
    };
}
