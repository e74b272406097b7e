using System.Text.Json.Nodes;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>The arms of a cell: which of them succeed, and their probabilities under pi_ref among those that share their reward.</summary>
internal sealed class ReferencePolicy
{
    private readonly double[] _logConditional;

    private ReferencePolicy(bool[] succeeds, double[] shares)
    {
        Succeeds = succeeds;
        Shares = shares;
        _logConditional = [.. shares.Select(Elementary.Log)];
    }

    /// <summary>r(o), arm by arm.</summary>
    public bool[] Succeeds { get; }

    /// <summary>Number of arms.</summary>
    public int Arms => Succeeds.Length;

    /// <summary>The arms of a cell; without any given, one that succeeds and one that fails.</summary>
    public static ReferencePolicy Of(Cell cell, Experiment experiment)
    {
        if (cell.Arms is not { } set)
        {
            return new ReferencePolicy([true, false], [1, 1]);
        }

        StreamKey key = Plan.StreamOf(new JsonObject { ["arms"] = ExperimentJson.Of(set), ["pRef"] = cell.PRef }, experiment);
        var words = new WordBuffer(InstructionSets.Best);
        double[] weights = WeightsOf(set, key, words);
        bool[] succeeds = new bool[set.Count];
        if (set.Success is { } given)
        {
            foreach (int arm in given)
            {
                succeeds[arm] = true;
            }
        }
        else
        {
            words.Begin(key, new StreamAddress(0, 0, 1, StreamPurpose.ReferencePolicy));
            Choose(weights, cell.PRef, words, succeeds);
        }

        double[] shares = new double[set.Count];
        foreach (bool reward in (bool[])[true, false])
        {
            double sum = 0;
            for (int o = 0; o < weights.Length; o++)
            {
                sum += succeeds[o] == reward ? weights[o] : 0;
            }

            for (int o = 0; o < weights.Length; o++)
            {
                if (succeeds[o] == reward)
                {
                    shares[o] = weights[o] / sum;
                }
            }
        }

        return new ReferencePolicy(succeeds, shares);
    }

    /// <summary>At an arm, its probability among those of its reward.</summary>
    public double[] Shares { get; }

    /// <summary>log pi(o) of the policy with success probability p that is pi_ref among successes and among failures.</summary>
    public void FillLogPolicy(SuccessProbability p, Span<double> logPolicy)
    {
        double logSuccess = p.LogP;
        double logFailure = p.LogOneMinusP;
        for (int o = 0; o < logPolicy.Length; o++)
        {
            logPolicy[o] = (Succeeds[o] ? logSuccess : logFailure) + _logConditional[o];
        }
    }

    private static double[] WeightsOf(ArmSet set, StreamKey key, WordBuffer words)
    {
        double[] weights = new double[set.Count];
        for (int o = 0; o < weights.Length; o++)
        {
            weights[o] = set.Shape switch
            {
                ReferenceShape.Uniform => 1,
                ReferenceShape.Zipf => Elementary.Exp(-set.Parameter * Elementary.Log(o + 1)),
                ReferenceShape.Dirichlet => 0,
                _ => set.Given![o],
            };
        }

        if (set.Shape == ReferenceShape.Dirichlet)
        {
            // Gamma variates over their sum, in logarithms. An arm below e^-600 of the largest would be none: it is taken for that.
            words.Begin(key, new StreamAddress(0, 0, 0, StreamPurpose.ReferencePolicy));
            for (int o = 0; o < weights.Length; o++)
            {
                weights[o] = GammaVariate.DrawLog(set.Parameter, words);
            }

            double largest = weights.Max();
            for (int o = 0; o < weights.Length; o++)
            {
                weights[o] = Elementary.Exp(Math.Max(-600, weights[o] - largest));
            }
        }

        double sum = weights.Sum();
        for (int o = 0; o < weights.Length; o++)
        {
            weights[o] /= sum;
        }

        return weights;
    }

    // In a random order, each arm that still fits under the target; and at least one.
    private static void Choose(double[] weights, double target, WordBuffer words, bool[] succeeds)
    {
        int[] order = [.. Enumerable.Range(0, weights.Length)];
        for (int i = 0; i < order.Length; i++)
        {
            int other = i + (int)Math.BigMul(words.Next(), (ulong)(order.Length - i), out _);
            (order[i], order[other]) = (order[other], order[i]);
        }

        double sum = 0;
        int chosen = 0;
        foreach (int arm in order)
        {
            // The roundings of equal weights must not keep out the last one that fits, nor let in all.
            if (sum + weights[arm] <= target * (1 + 1e-9) && chosen < weights.Length - 1)
            {
                succeeds[arm] = true;
                sum += weights[arm];
                chosen++;
            }
        }

        if (chosen == 0)
        {
            succeeds[Array.IndexOf(weights, weights.Min())] = true;
        }
    }
}
