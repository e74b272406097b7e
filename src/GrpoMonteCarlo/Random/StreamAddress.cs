namespace GrpoMonteCarlo.Random;

/// <summary>What the bits of an address are for. Four bits of the counter: at most 16 purposes.</summary>
internal enum StreamPurpose
{
    /// <summary>The rewards of single rollouts.</summary>
    Rollouts = 0,

    /// <summary>Whole groups.</summary>
    Groups = 1,

    /// <summary>Histograms of whole updates.</summary>
    Counts = 2,

    /// <summary>Arms of the rollouts that succeeded.</summary>
    SuccessArms = 3,

    /// <summary>Arms of the rollouts that failed.</summary>
    FailureArms = 4,

    /// <summary>Which rewards a noisy verifier got wrong.</summary>
    Mistakes = 5,

    /// <summary>Which prompts an update takes.</summary>
    Batch = 6,

    /// <summary>The prompts of a population.</summary>
    Population = 7,

    /// <summary>The arms of a reference policy.</summary>
    ReferencePolicy = 8,
}

/// <summary>
/// Where in a stream an update draws. Every update owns its own 2^44 Philox calls, so nothing depends on the order in
/// which updates are simulated. The 128-bit counter holds, from low to high, draw (44 bits), purpose (4), prompt (20),
/// iteration (20) and replicate (40).
/// </summary>
internal readonly record struct StreamAddress
{
    private const int DrawBits = 44;
    private const int PurposeBits = 4;
    private const int PromptBits = 20;
    private const int IterationBits = 20;
    private const int ReplicateBits = 40;
    private const int WordBits = 64;
    private const int RoundShift = 34;
    private const int PurposeShift = DrawBits;
    private const int PromptShift = PurposeShift + PurposeBits;
    private const int IterationShift = PromptShift + PromptBits;
    private const int ReplicateShift = IterationShift + IterationBits;

    /// <summary>The largest value of each field.</summary>
    public const long MaxReplicate = (1L << ReplicateBits) - 1;

    /// <inheritdoc cref="MaxReplicate"/>
    public const int MaxIteration = (1 << IterationBits) - 1;

    /// <inheritdoc cref="MaxReplicate"/>
    public const int MaxPrompt = (1 << PromptBits) - 1;

    /// <inheritdoc cref="MaxReplicate"/>
    public const int MaxPurpose = (1 << PurposeBits) - 1;

    /// <summary>The last of the <see cref="Round"/>s of an address.</summary>
    public const int MaxRound = (1 << (DrawBits - RoundShift)) - 1;

    /// <summary>The last batch of <see cref="Philox.BatchCalls"/> calls that an address has.</summary>
    public const long MaxBatch = ((1L << DrawBits) / Philox.BatchCalls) - 1;

    // The counter of draw 0 in two words: replicate (40 bits), iteration (20), the prompt's upper 4; its lower 16, purpose (4), draw (44).
    private readonly ulong _high;
    private readonly ulong _low;

    public StreamAddress(long replicate, int iteration, int prompt, StreamPurpose purpose)
    {
        Check(replicate, MaxReplicate, nameof(replicate));
        Check(iteration, MaxIteration, nameof(iteration));
        Check(prompt, MaxPrompt, nameof(prompt));
        Check((int)purpose, MaxPurpose, nameof(purpose));
        _high = ((ulong)replicate << (ReplicateShift - WordBits)) | ((ulong)(uint)iteration << (IterationShift - WordBits))
            | ((uint)prompt >> (WordBits - PromptShift));
        _low = ((ulong)(uint)prompt << PromptShift) | ((ulong)(uint)purpose << PurposeShift);
    }

    private StreamAddress(ulong high, ulong low) => (_high, _low) = (high, low);

    /// <summary>The same update's place for another purpose.</summary>
    public StreamAddress With(StreamPurpose purpose)
    {
        Check((int)purpose, MaxPurpose, nameof(purpose));
        return new StreamAddress(_high, (_low & ~((ulong)MaxPurpose << PurposeShift)) | ((ulong)(uint)purpose << PurposeShift));
    }

    /// <summary>
    /// The same place, further on: an update that draws several times has room for 2^34 calls each time (dynamic sampling).
    /// </summary>
    /// <param name="round">0 to <see cref="MaxRound"/>; 0 is the address itself.</param>
    public StreamAddress Round(int round)
    {
        Check(round, MaxRound, nameof(round));
        return new StreamAddress(_high, _low | ((ulong)(uint)round << RoundShift));
    }

    /// <summary>The counter of a batch's first call: draw is <see cref="Philox.BatchCalls"/> times the batch.</summary>
    public UInt128 Counter(long batch)
    {
        Check(batch, MaxBatch, nameof(batch));
        return new UInt128(_high, _low | ((ulong)batch * Philox.BatchCalls));
    }

    private static void Check(long value, long max, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, name);
    }
}
