using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Draws the sufficient statistic of a two-point update: how many groups had K rollouts of the rarer outcome.</summary>
internal interface ICountSampler
{
    /// <summary>Ends an update that takes long in its middle. A sampler whose updates take no time need not ask for it.</summary>
    public CancellationToken Cancellation
    {
        set { }
    }

    /// <summary>Samples one update, a function of its arguments alone.</summary>
    /// <param name="key">The stream.</param>
    /// <param name="address">The update's place in the stream.</param>
    /// <param name="q">The probability of the rarer outcome.</param>
    /// <param name="groupSize">G, 2 to 4096.</param>
    /// <param name="groups">M, at most what the sampler can take.</param>
    /// <param name="histogram">Length G + 1, overwritten: at K the number of groups in which the rarer outcome came K times.</param>
    public void Sample(StreamKey key, StreamAddress address, RareProbability q, int groupSize, long groups, Span<long> histogram);
}
