using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Policies;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>The observables of policies over arms, replicate by replicate, iterations in rising order. Keeps what iterations add up to.</summary>
internal sealed class ArmMeasures
{
    private readonly CellProblem _problem;
    private readonly double[] _exactPopulation; // the paper's pi_n, and that of groups of G, of the iteration that was measured last
    private readonly double[] _exactFinite;
    private readonly double[] _distance; // of each replicate: total variation from the paper's pi_n
    private readonly double[] _added; // and the sum of all its delta
    private readonly double[] _policy; // pi_n of the replicate being measured
    private readonly RewardClasses _classes;
    private int _iteration = -1;

    public ArmMeasures(CellProblem problem, int replicates)
    {
        _problem = problem;
        _exactPopulation = new double[problem.Theory.Arms!.Arms];
        _exactFinite = new double[problem.Theory.Arms.Arms];
        _policy = new double[problem.Theory.Arms.Arms];
        _classes = new RewardClasses(problem.Theory.Arms.Succeeds);
        _distance = new double[replicates];
        _added = new double[replicates];
    }

    /// <summary>Measures one policy.</summary>
    /// <param name="replicate">From 0 in the block.</param>
    /// <param name="n">Iteration.</param>
    /// <param name="logPolicy">log pi_n.</param>
    /// <param name="shares">At an arm, its probability under pi_n among those of its reward.</param>
    /// <param name="logReference">log pi_ref.</param>
    /// <param name="logit">L_n.</param>
    /// <param name="observables">The cell's observables in their order.</param>
    public void Measure(
        int replicate,
        int n,
        ReadOnlySpan<double> logPolicy,
        ReadOnlySpan<double> shares,
        ReadOnlySpan<double> logReference,
        double logit,
        Span<double> observables)
    {
        GoTo(n);
        CellTheory theory = _problem.Theory;
        double before = _distance[replicate];
        double success = Elementary.Sigmoid(logit);
        double failure = Elementary.Sigmoid(-logit);
        bool[] succeeds = theory.Arms!.Succeeds;
        for (int o = 0; o < _policy.Length; o++)
        {
            _policy[o] = shares[o] * (succeeds[o] ? success : failure);
        }

        double distance = PolicyMeasures.TotalVariation(_policy, _exactPopulation);
        double added = n == 0 ? 0 : Math.Max(0, distance - before);
        _distance[replicate] = distance;
        _added[replicate] += added;
        for (int i = 0; i < observables.Length; i++)
        {
            observables[i] = _problem.Observables[i].Kind switch
            {
                ObservableKind.Divergence => PolicyMeasures.Divergence(_policy, logPolicy, logReference),
                ObservableKind.Entropy => PolicyMeasures.Entropy(_policy, logPolicy),
                ObservableKind.RenyiCorrection => PolicyMeasures.RenyiCorrection(_problem.Cell.Anchor.Alpha, logReference, logPolicy, succeeds),
                ObservableKind.EffectiveSuccessArms => _classes.EffectiveSuccessArms(shares),
                ObservableKind.DistanceToPopulation => distance,
                ObservableKind.DistanceToFinite => PolicyMeasures.TotalVariation(_policy, _exactFinite),
                ObservableKind.DistanceAdded => added,
                ObservableKind.BoundHeld => IsWithin(logit, 2 * _added[replicate]) ? 1 : 0,
                _ => throw new InvalidOperationException($"{_problem.Observables[i].Kind} is not measured of arms."),
            };
        }
    }

    private bool IsWithin(double logit, double bound) => _problem.Theory.ExactLimit is { } limit
        && Math.Abs(logit <= 0 ? Elementary.Sigmoid(logit) - limit.P : limit.OneMinusP - Elementary.Sigmoid(-logit)) <= bound;

    private void GoTo(int n)
    {
        if (_iteration == n)
        {
            return;
        }

        _iteration = n;
        Fill(_problem.Theory.ExactPopulation, n, _exactPopulation);
        Fill(_problem.Theory.ExactFinite, n, _exactFinite);
    }

    private void Fill(IReadOnlyList<SuccessProbability>? exact, int n, double[] policy)
    {
        if (exact is null)
        {
            return;
        }

        _problem.Theory.Arms!.FillLogPolicy(exact[n], policy);
        Elementary.Exp(policy, policy);
    }
}
