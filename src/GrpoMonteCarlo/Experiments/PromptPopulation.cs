using System.Text.Json.Nodes;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Many prompts, each with a policy and a reference of its own (theory.md section 5): given, or drawn once from Beta(a, b), the same in every cell that has them.
/// </summary>
public sealed record PromptPopulation
{
    /// <summary>The most prompts: they take 20 bits of a random address.</summary>
    public const int MostPrompts = 1 << 20;

    private PromptPopulation(int count) => Count = count;

    /// <summary>Number of prompts.</summary>
    public int Count { get; }

    /// <summary>p_ref of each prompt, if they are given.</summary>
    public IReadOnlyList<double>? Given { get; private init; }

    /// <summary>a and b, if they are drawn.</summary>
    public (double A, double B)? Beta { get; private init; }

    /// <summary>The mean of p_ref: of the given prompts, or of the distribution.</summary>
    public double MeanPRef => Beta is { } beta ? beta.A / (beta.A + beta.B) : Given!.Sum() / Count;

    /// <summary>Prompts with the given p_ref.</summary>
    /// <param name="pRef">Each strictly between 0 and 1.</param>
    public static PromptPopulation Of(IReadOnlyList<double> pRef)
    {
        ArgumentNullException.ThrowIfNull(pRef);
        return new PromptPopulation(pRef.Count) { Given = pRef };
    }

    /// <summary>Prompts whose p_ref are drawn independently from Beta(a, b).</summary>
    /// <param name="count">Number of prompts.</param>
    /// <param name="a">a, positive.</param>
    /// <param name="b">b, positive.</param>
    public static PromptPopulation Drawn(int count, double a, double b) => new(count) { Beta = (a, b) };

    /// <summary>p_ref of each prompt: as given, or drawn, of the experiment's seed and of the population only.</summary>
    internal SuccessProbability[] ReferencesOf(Experiment experiment)
    {
        if (Beta is not { } beta)
        {
            return [.. Given!.Select(SuccessProbability.FromP)];
        }

        StreamKey key = Plan.StreamOf(new JsonObject { ["prompts"] = ExperimentJson.Of(this) }, experiment);
        var words = new WordBuffer(InstructionSets.Best);
        var references = new SuccessProbability[Count];
        for (int j = 0; j < references.Length; j++)
        {
            // Of two gamma variates X and Y, X/(X+Y) is the beta variate, and log X - log Y its logit.
            words.Begin(key, new StreamAddress(0, 0, j, StreamPurpose.Population));
            double success = GammaVariate.DrawLog(beta.A, words);
            references[j] = SuccessProbability.FromLogit(success - GammaVariate.DrawLog(beta.B, words));
        }

        return references;
    }
}
