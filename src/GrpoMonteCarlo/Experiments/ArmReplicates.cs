using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Policies;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Replicates whose updates depend on which arms were drawn: exact ones arm by arm, and gradient ascent.</summary>
internal sealed class ArmReplicates : ReplicateBlock
{
    private readonly CellProblem _problem;
    private readonly long _first;
    private readonly CategoricalPolicies _policies;
    private readonly RewardClasses _classes;
    private readonly double[] _referenceShares;
    private readonly int _replicates;
    private readonly GroupDraws _draws;
    private readonly ArmCounts _counts;
    private readonly PenalisedGroups? _penalised;
    private readonly ArmAdvantages _advantages;
    private readonly GradientStatistic _statistic;
    private readonly GradientUpdate? _gradient;
    private readonly ArmMeasures _measures;

    public ArmReplicates(CellProblem problem, WorkerSamplers samplers, long first, int count)
    {
        Cell cell = problem.Cell;
        ReferencePolicy arms = problem.Theory.Arms!;
        GradientSettings? gradient = cell.Update.Gradient;
        _problem = problem;
        _first = first;
        double[] reference = new double[arms.Arms];
        double[] start = new double[arms.Arms];
        arms.FillLogPolicy(problem.Theory.References[0], reference);
        arms.FillLogPolicy(problem.Theory.Starts[0], start);
        _policies = new CategoricalPolicies(count, arms.Succeeds, start, reference, cell.StageLength > 0, cell.Lag);
        _classes = new RewardClasses(arms.Succeeds);
        _referenceShares = new double[arms.Arms];
        _replicates = count;
        _draws = new GroupDraws(samplers.Of(cell.Sampler), cell.Estimator, cell.GroupSize, cell.Groups);

        // Degenerate groups carry no advantage; their arms only matter to a KL that is sampled over them. A dropped group is dropped
        // from the KL as well; dynamic sampling keeps none.
        bool masksDegenerate = gradient is { MaskDegenerateKl: true } || cell.Estimator == Estimator.DropDegenerate;
        bool drawsDegenerate = gradient is { Kl: not KlEstimator.Exact } && !masksDegenerate && cell.Beta > 0;
        _counts = new ArmCounts(samplers, cell, arms.Succeeds, drawsDegenerate);
        _penalised = gradient is { Kl: KlEstimator.K1InReward } ? new PenalisedGroups(samplers, cell, arms.Succeeds) : null;
        _advantages = new ArmAdvantages(problem.Theory.Scale, masksDegenerate, countsShares: gradient is not null);
        _statistic = new GradientStatistic(arms.Arms);
        _gradient = gradient is null ? null : new GradientUpdate(gradient, cell.Beta, arms.Arms);
        _measures = new ArmMeasures(problem, count);
    }

    public override void Advance(int n, IterationSums sums, Trajectories? trajectories, CancellationToken cancellation)
    {
        for (int r = 0; r < _replicates; r++)
        {
            cancellation.ThrowIfCancellationRequested();
            double anchor = _gradient is null
                ? Recurrence.AnchorLogit(_problem.Cell.Anchor.Alpha, ReferenceLogit(r), _policies.Logit(r))
                : _policies.Logit(r);
            Draw(n, r, sums);
            if (_gradient is null)
            {
                TiltEachArm(r);
            }
            else
            {
                _gradient.Apply(_policies.LogPolicy(r), _policies.LogSampled(r), _policies.LogReference(r), _statistic);
            }

            _policies.PolicyChanged(r);
            if (trajectories is not null)
            {
                int row = (r * (_problem.Iterations + 1)) + n;
                trajectories.Step[row] = (_policies.Logit(r) - anchor) * (_gradient is null ? _problem.Cell.Beta : 1);
                trajectories.DegenerateGroups[row] = _draws.Degenerate;
            }
        }

        _policies.PoliciesChanged();
        if (_problem.Cell.StageLength > 0 && n % _problem.Cell.StageLength == 0)
        {
            _policies.ReferToThemselves();
        }
    }

    public override double LogitOf(int replicate) => _policies.Logit(replicate);

    public override double ChanceOf(int replicate, bool ofSuccess) => Elementary.Sigmoid(ofSuccess ? _policies.Logit(replicate) : -_policies.Logit(replicate));

    public override void Measure(int replicate, int n, Span<double> observables) => _measures.Measure(
        replicate, n, _policies.LogPolicy(replicate), _policies.Shares(replicate), _policies.LogReference(replicate), _policies.Logit(replicate), observables);

    private double ReferenceLogit(int replicate)
    {
        if (_problem.Cell.StageLength == 0)
        {
            return _problem.Theory.References[0].Logit;
        }

        return _classes.Split(_policies.LogReference(replicate), _referenceShares);
    }

    // The groups of one replicate, as sums per arm and as terms of the certificate.
    private void Draw(int n, int r, IterationSums sums)
    {
        Cell cell = _problem.Cell;
        var address = new StreamAddress(_first + r, n, 0, StreamPurpose.Rollouts);
        double logit = _policies.Sampled(r, out ReadOnlySpan<double> shares);
        bool successIsRare = logit <= 0;
        var q = RareProbability.Round(Elementary.Sigmoid(-Math.Abs(logit)));
        (double p, double oneMinusP) = successIsRare ? (q.Value, 1 - q.Value) : (1 - q.Value, q.Value);
        (double rewarded, double others) = cell.Verifier.IsNone ? (p, oneMinusP) : cell.Verifier.Observed(p, oneMinusP);
        bool rewardIsRare = rewarded <= others;
        _counts.SetPolicy(p, oneMinusP, shares);
        double sum;
        if (_penalised is null)
        {
            RareProbability observed = cell.Verifier.IsNone ? q : RareProbability.Round(Math.Min(rewarded, others));
            _draws.Draw(_problem.Key, address, Drawn(cell, observed, rewardIsRare));
            _counts.Draw(_problem.Key, address, _draws.Counts, rewardIsRare);
            if (_draws.InMean == 0)
            {
                _statistic.Clear();
            }
            else
            {
                _advantages.Fill(_counts.Rewarded, _counts.Others, _draws.InMean, _statistic);
            }

            sum = cell.Verifier.IsNone ? _problem.Update.Sum(_draws.Counts, successIsRare) : _counts.ExcessSum(_problem.Theory.Scale, p, oneMinusP);
        }
        else
        {
            _penalised.Draw(_problem.Key, address, _counts, _policies.LogSampled(r), _policies.LogReference(r), _statistic);
            _draws.Take(_penalised.GroupsByRewards, rewardIsRare);
            sum = cell.Verifier.IsNone ? _problem.Update.Sum(_draws.Counts, successIsRare) : _penalised.ExcessSum(_problem.Theory.Scale, p, oneMinusP);
        }

        AddTerms(_problem, sums, _draws, sum, p, oneMinusP);
    }

    // pi_n(o) proportional to anchor(o) exp(sum of A over rollouts that drew o / (beta M G pi_old(o))).
    private void TiltEachArm(int r)
    {
        Span<double> logPolicy = _policies.LogPolicy(r);
        ReadOnlySpan<double> logReference = _policies.LogReference(r);
        double alpha = _problem.Cell.Anchor.Alpha;
        for (int o = 0; o < logPolicy.Length; o++)
        {
            double advantage = _statistic.PositiveAdvantage[o] + _statistic.NegativeAdvantage[o];
            double anchor = Recurrence.AnchorLogit(alpha, logReference[o], logPolicy[o]);
            logPolicy[o] = advantage == 0 ? anchor : anchor + (advantage / (_problem.Cell.Beta * _counts.Probability(o)));
        }
    }
}
