using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Tests.Theory;

/// <summary>Batches and populations of prompts.</summary>
public class PopulationTests
{
    [Fact]
    public void The_batch_scale_is_of_the_variance_within_and_between_prompts()
    {
        double[] p = [0.1, 0.1, 0.6, 0.9];
        double within = p.Average(x => x * (1 - x));
        double between = p.Average(x => x * x) - (p.Average() * p.Average());
        SuccessProbability[] prompts = [.. p.Select(SuccessProbability.FromP)];
        Assert.Equal(1 / (Math.Sqrt(within + between) + 1e-3), BatchScale.Of(prompts, 1e-3), 1e-13);
        Assert.Equal(1 / Math.Sqrt(0.21), BatchScale.Of([SuccessProbability.FromP(0.3)], 0), 1e-14);

        // Close to 1 as well.
        Assert.Equal(Math.Exp(50), BatchScale.Of([SuccessProbability.FromLogit(100)], 0), Math.Exp(50) * 1e-13);
        Assert.Throws<ArgumentException>(() => BatchScale.Of([], 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1e-9)]
    [InlineData(1)]
    public void A_prompt_moves_only_in_its_own_batches(double chance)
    {
        const int N = 12;
        SuccessProbability[] iterates = new Recurrence(PopulationOmega.Grpo(1e-5), 1, SuccessProbability.FromP(0.2), 1)
            .Iterate(SuccessProbability.FromP(0.1), N);

        // The chance of k updates, one iteration after another.
        double[] updates = [1, .. new double[N]];
        for (int n = 0; n <= N; n++)
        {
            (double p, double oneMinusP) = PromptPopulation.ExpectedAfter(iterates, n, chance);
            Assert.Equal(updates.Zip(iterates, (weight, at) => weight * at.P).Sum(), p, 1e-14);
            Assert.Equal(updates.Zip(iterates, (weight, at) => weight * at.OneMinusP).Sum(), oneMinusP, 1e-14);
            for (int k = N; k >= 0; k--)
            {
                updates[k] = (updates[k] * (1 - chance)) + (k > 0 ? updates[k - 1] * chance : 0);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => PromptPopulation.ExpectedAfter(iterates, N + 1, chance));
        Assert.Throws<ArgumentOutOfRangeException>(() => PromptPopulation.ExpectedAfter(iterates, N, 1.5));
    }
}
