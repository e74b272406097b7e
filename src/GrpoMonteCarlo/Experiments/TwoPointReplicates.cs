using System.Numerics.Tensors;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Policies;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Replicates whose policies are success probabilities: of one prompt, or of a population of them.</summary>
internal sealed class TwoPointReplicates : ReplicateBlock
{
    private readonly CellProblem _problem;
    private readonly WorkerSamplers _samplers;
    private readonly long _first;
    private readonly int _replicates;
    private readonly int _prompts;
    private readonly TwoPointPolicies _policies;
    private readonly GroupDraws _draws;
    private readonly PromptBatch _batch;
    private readonly VerifiedRewards? _verified;
    private readonly double[] _batchSums; // of the update of one replicate, in the order of its prompts
    private readonly int[] _stuck; // of each replicate's latest update
    private readonly ArmMeasures? _armMeasures;
    private readonly double[] _logPolicy;
    private readonly double[] _logReference;

    public TwoPointReplicates(CellProblem problem, WorkerSamplers samplers, long first, int count)
    {
        Cell cell = problem.Cell;
        _problem = problem;
        _samplers = samplers;
        _first = first;
        _replicates = count;
        _prompts = cell.Prompts;
        _draws = new GroupDraws(samplers.Of(cell.Sampler), cell.Estimator, cell.GroupSize, cell.Groups);
        _batch = new PromptBatch(_prompts, cell.PromptsPerUpdate, samplers.InstructionSet);
        _verified = cell.Verifier == VerifierNoise.None ? null : new VerifiedRewards(cell.Verifier, problem.Theory.Scale);
        _batchSums = new double[cell.PromptsPerUpdate];
        _stuck = new int[count];
        _armMeasures = problem.Theory.Arms is null ? null : new ArmMeasures(problem, count);
        _logPolicy = new double[problem.Theory.Arms?.Arms ?? 0];
        _logReference = new double[problem.Theory.Arms?.Arms ?? 0];

        double[] start = new double[count * _prompts];
        double[] reference = new double[count * _prompts];
        for (int i = 0; i < start.Length; i++)
        {
            start[i] = problem.Theory.Starts[i % _prompts].Logit;
            reference[i] = problem.Theory.References[i % _prompts].Logit;
        }

        _policies = new TwoPointPolicies(start, reference, cell.Lag);
    }

    public override void Advance(int n, IterationSums sums, Trajectories? trajectories, CancellationToken cancellation)
    {
        Cell cell = _problem.Cell;
        for (int r = 0; r < _replicates; r++)
        {
            ReadOnlySpan<int> batch = _batch.Choose(_problem.Key, _first + r, n);
            double steps = 0;
            long degenerate = 0;
            long successes = 0;
            int stuck = 0;
            for (int b = 0; b < batch.Length; b++)
            {
                cancellation.ThrowIfCancellationRequested();
                int i = (r * _prompts) + batch[b];
                (double sum, long observed, double q) = Draw(n, r, batch[b], i, sums);
                degenerate += _draws.Degenerate;
                stuck += observed == 0 ? 1 : 0;
                if (cell.Advantage.DividesByBatch)
                {
                    _batchSums[b] = sum / (cell.Groups * (q * (1 - q)));
                    successes += observed;
                }
                else
                {
                    double pooled = cell.Estimator == Estimator.SelfNormalized ? _draws.PooledShare : 0;
                    steps += Move(i, _problem.Update.Step(sum, _draws.InMean, pooled, q));
                }
            }

            if (cell.Advantage.DividesByBatch)
            {
                double divisor = BatchDeviation(successes, batch.Length * cell.RolloutsPerUpdate) + cell.Epsilon;
                for (int b = 0; b < batch.Length; b++)
                {
                    // A sum of 0 may have come from q = 0.
                    steps += Move((r * _prompts) + batch[b], _batchSums[b] is > 0 or < 0 ? _batchSums[b] / divisor : 0);
                }
            }

            _stuck[r] = stuck;
            if (trajectories is not null)
            {
                int row = (r * (_problem.Iterations + 1)) + n;
                trajectories.Step[row] = steps / batch.Length;
                trajectories.DegenerateGroups[row] = degenerate;
            }
        }

        _policies.LogitsChanged();
        if (cell.StageLength > 0 && n % cell.StageLength == 0)
        {
            _policies.ReferToThemselves();
        }
    }

    public override double LogitOf(int replicate)
    {
        if (_prompts == 1)
        {
            return _policies.Logit[replicate];
        }

        double success = ChanceOf(replicate, ofSuccess: true);
        double failure = ChanceOf(replicate, ofSuccess: false);
        return Elementary.Log(success) - Elementary.Log(failure);
    }

    public override double ChanceOf(int replicate, bool ofSuccess)
    {
        if (_prompts == 1)
        {
            return ChanceIn(replicate, ofSuccess);
        }

        double sum = 0;
        for (int i = replicate * _prompts; i < (replicate + 1) * _prompts; i++)
        {
            sum += ChanceIn(i, ofSuccess);
        }

        return sum / _prompts;
    }

    public override void Measure(int replicate, int n, Span<double> observables)
    {
        if (_armMeasures is not null)
        {
            // Tied by reward, a policy is its reference among successes and among failures.
            ReferencePolicy arms = _problem.Theory.Arms!;
            arms.FillLogPolicy(SuccessProbability.FromLogit(_policies.Logit[replicate]), _logPolicy);
            arms.FillLogPolicy(SuccessProbability.FromLogit(_policies.ReferenceLogit[replicate]), _logReference);
            _armMeasures.Measure(replicate, n, _logPolicy, arms.Shares, _logReference, _policies.Logit[replicate], observables);
            return;
        }

        // The share of stuck prompts, then pass@k in doubling k.
        observables.Clear();
        Span<double> passAt = observables[1..];
        for (int i = replicate * _prompts; i < (replicate + 1) * _prompts; i++)
        {
            PassAt.AddDoubling(ChanceIn(i, ofSuccess: true), passAt);
        }

        TensorPrimitives.Divide(passAt, _prompts, passAt);
        observables[0] = (double)_stuck[replicate] / _problem.Cell.PromptsPerUpdate;
    }

    private double ChanceIn(int i, bool ofSuccess)
    {
        double logit = ofSuccess ? _policies.Logit[i] : -_policies.Logit[i];
        return logit <= 0 ? _policies.Rarer[i] : Elementary.Sigmoid(logit);
    }

    // One prompt's groups: the sum that its step is made of, the successes observed, and the rarer outcome's probability.
    private (double Sum, long Observed, double Q) Draw(int n, int r, int prompt, int i, IterationSums sums)
    {
        var address = new StreamAddress(_first + r, n, prompt, StreamPurpose.Rollouts);
        var q = RareProbability.Round(_policies.SampledRarer(i));
        bool successIsRare = _policies.SuccessIsRare(i);
        double rarer = q.Value;
        (double p, double oneMinusP) = successIsRare ? (rarer, 1 - rarer) : (1 - rarer, rarer);
        double sum;
        bool rewardIsRare = successIsRare;
        if (_verified is null)
        {
            _draws.Draw(_problem.Key, address, Drawn(_problem.Cell, q, rewardIsRare));
            sum = _problem.Update.Sum(_draws.Counts, successIsRare);
        }
        else
        {
            (double rewarded, double notRewarded) = _problem.Cell.Verifier.Observed(p, oneMinusP);
            rewardIsRare = rewarded <= notRewarded;
            _draws.Draw(_problem.Key, address, Drawn(_problem.Cell, RareProbability.Round(Math.Min(rewarded, notRewarded)), rewardIsRare));
            _samplers.Words.Begin(_problem.Key, address.With(StreamPurpose.Mistakes));
            sum = _verified.Sum(_draws.Counts, rewardIsRare, p, oneMinusP, _samplers.Words);
        }

        AddTerms(_problem, sums, _draws, sum, p, oneMinusP);
        return (sum, Observed(rewardIsRare), rarer);
    }

    // Of one prompt nobody asks for it.
    private long Observed(bool rewardIsRare)
    {
        if (_problem.Cell.Population is null && !_problem.Cell.Advantage.DividesByBatch)
        {
            return 0;
        }

        return rewardIsRare ? _draws.Rare : (_draws.Drawn * _problem.Cell.GroupSize) - _draws.Rare;
    }

    private double Move(int i, double step)
    {
        _policies.Logit[i] = _problem.Update.NextLogit(_policies.ReferenceLogit[i], _policies.Logit[i], step);
        return step;
    }

    // The sample standard deviation of all rewards of an update.
    private static double BatchDeviation(long successes, long rollouts) =>
        Math.Sqrt((double)successes / rollouts * ((double)(rollouts - successes) / (rollouts - 1)));
}
