namespace GrpoMonteCarlo.Updates;

/// <summary>
/// What a training library does when it is asked for GRPO and told nothing else, as far as a bandit has it. Each number was read in the
/// library's source at the version given; options of tokens and networks (token-level loss, dual clip, learning rate) have no
/// counterpart here. Rollouts of one batch that a library spreads over several optimiser steps are different prompts', not inner steps.
/// </summary>
public sealed record LibraryPreset
{
    private LibraryPreset()
    {
    }

    /// <summary><c>trl</c>, <c>verl</c>, <c>openrlhf</c>, <c>dapo</c> and <c>dr-grpo</c>.</summary>
    public static IReadOnlyList<LibraryPreset> Named { get; } =
    [
        // trl/trainer/grpo_config.py: scale_rewards "group", num_generations 8, beta 0.0, epsilon 0.2, epsilon_high None (the same as
        // epsilon), num_iterations 1, use_bias_correction_kl False. trl/trainer/grpo_trainer.py: standard deviation of ddof 1 plus
        // 1e-4; the KL, once beta is set, is k3 in the loss, over all groups; dynamic sampling is not offered (docs, paper_index.md).
        new()
        {
            Name = "trl",
            Source = "huggingface/trl v1.9.0 (35def3ee), GRPOConfig as it comes",
            Link = "https://github.com/huggingface/trl/blob/v1.9.0/trl/trainer/grpo_config.py",
            Advantage = Rule("grpo-sample-std"),
            Epsilon = 1e-4,
            GroupSize = 8,
            Beta = 0,
            KlInLibrary = "k3 in the loss, off until beta is set",
            Gradient = new() { ClipLow = 0.2, ClipHigh = 0.2, Kl = KlEstimator.K3 },
        },

        // docs/algo/grpo.md has the user set adv_estimator grpo, use_kl_loss True and rollout.n above its default of 1 (its example
        // scripts take 5). verl/trainer/config/actor/actor.yaml: kl_loss_coef 0.001, kl_loss_type low_var_kl (k3, its log-ratio held
        // within +-20 and itself within +-10), clip_ratio_low and _high 0.2, ppo_epochs 1. verl/trainer/ppo/core_algos.py,
        // compute_grpo_outcome_advantage: standard deviation of ddof 1, epsilon 1e-6. verl/trainer/config/algorithm.py:
        // filter_groups.enable False.
        new()
        {
            Name = "verl",
            Source = "volcengine/verl main (b178a3cd, 0.8.0.dev), configured as docs/algo/grpo.md says",
            Link = "https://github.com/volcengine/verl/blob/b178a3cd56f58b2d502255daba591e92833930a7/docs/algo/grpo.md",
            Advantage = Rule("grpo-sample-std"),
            Epsilon = 1e-6,
            Beta = 0.001,
            KlInLibrary = "k3 in the loss",
            Gradient = new() { ClipLow = 0.2, ClipHigh = 0.2, Kl = KlEstimator.K3 },
        },

        // openrlhf/cli/train_ppo_ray.py: algo.advantage.estimator group_norm is to be asked for, with rollout.n_samples_per_prompt
        // above its default of 1; algo.kl.init_coef 0.01, algo.kl.estimator k1, algo.kl.use_loss off, actor.eps_clip 0.2,
        // train.max_epochs 1, algo.dynamic_filtering_enable off. openrlhf/trainer/ppo_utils/experience_maker.py: standard deviation of
        // ddof 1 plus 1e-9 of the rewards alone; compute_reward (models/utils.py) then takes the penalty off the normalised result.
        new()
        {
            Name = "openrlhf",
            Source = "OpenRLHF/OpenRLHF v0.11.0 (3c3be623), --algo.advantage.estimator group_norm",
            Link = "https://github.com/OpenRLHF/OpenRLHF/blob/v0.11.0/openrlhf/cli/train_ppo_ray.py",
            Advantage = Rule("grpo-sample-std"),
            Epsilon = 1e-9,
            Beta = 0.01,
            KlInLibrary = "k1, taken off the advantages after they are normalised: at one on-policy step the gradient of k2 in the loss",
            Gradient = new() { ClipLow = 0.2, ClipHigh = 0.2, Kl = KlEstimator.K2 },
        },

        // dapo/run_dapo_qwen2.5_32b.sh (the script that DAPO's README names, now in verl's recipes): adv_estimator grpo, so verl's
        // epsilon 1e-6; n_resp_per_prompt 16, use_kl_loss and use_kl_in_reward False, clip_ratio_low 0.2, clip_ratio_high 0.28,
        // enable_filter_groups True (by acc, at most 10 batches of draws; dapo/dapo_ray_trainer.py keeps groups whose standard
        // deviation is positive); ppo_epochs at verl's 1.
        new()
        {
            Name = "dapo",
            Source = "BytedTsinghua-SIA/DAPO (33fe3176), by verl-project/verl-recipe (48ea0a79)",
            Link = "https://github.com/verl-project/verl-recipe/blob/48ea0a797fa29867ea0ad92aff7d284eec7d4be3/dapo/run_dapo_qwen2.5_32b.sh",
            Advantage = Rule("grpo-sample-std"),
            Epsilon = 1e-6,
            GroupSize = 16,
            Beta = 0,
            KlInLibrary = "none; verl's k3 in the loss if one is asked for",
            Gradient = new() { ClipLow = 0.2, ClipHigh = 0.28, Kl = KlEstimator.K3 },
            DynamicSampling = true,
        },

        // README.md and examples/*.sh: critic_type drgrpo, num_samples 8, beta 0, num_ppo_epochs 1. train_zero_math.py,
        // compute_monte_carlo_advantages: reward minus the group's mean. sail-sg/oat v0.2.3, on which it is built, oat/algorithms/ppo.py:
        // cliprange 0.2; beta is that of k3 in the loss, and kl_penalty_coef (0) that of k1 in the reward before the mean is taken.
        new()
        {
            Name = "dr-grpo",
            Source = "sail-sg/understand-r1-zero (dfca49dd) on sail-sg/oat v0.2.3 (c1a074c3)",
            Link = "https://github.com/sail-sg/understand-r1-zero/blob/dfca49dd460ee7cc8e4a5a162c876a7fd6993b87/train_zero_math.py",
            Advantage = Rule("dr-grpo"),
            GroupSize = 8,
            Beta = 0,
            KlInLibrary = "k3 in the loss, off until beta is set",
            Gradient = new() { ClipLow = 0.2, ClipHigh = 0.2, Kl = KlEstimator.K3 },
        },
    ];

    /// <summary>The name by which it is chosen.</summary>
    public required string Name { get; init; }

    /// <summary>The library, its version and commit, and what of it is meant.</summary>
    public required string Source { get; init; }

    /// <summary>Where the main numbers can be read.</summary>
    public required string Link { get; init; }

    /// <summary>How rewards become advantages.</summary>
    public required AdvantageRule Advantage { get; init; }

    /// <summary>epsilon of the advantage rule; 0 where it has none.</summary>
    public double Epsilon { get; init; }

    /// <summary>G; null where the library's default is 1, which makes no group, so that its user has to choose.</summary>
    public int? GroupSize { get; init; }

    /// <summary>beta, the KL coefficient; 0 where there is no KL.</summary>
    public required double Beta { get; init; }

    /// <summary>The library's KL in its own terms; <see cref="GradientSettings.Kl"/> is what stands for it here.</summary>
    public required string KlInLibrary { get; init; }

    /// <summary>
    /// Clipping, inner steps (1 in all of them), the KL's estimator, and that no library masks the KL of degenerate groups. The learning
    /// rate is this project's default: the libraries' own is Adam's for a network's weights and says nothing of logits.
    /// </summary>
    public required GradientSettings Gradient { get; init; }

    /// <summary>Whether groups are drawn until enough of them are informative.</summary>
    public bool DynamicSampling { get; init; }

    private static AdvantageRule Rule(string name) => AdvantageRule.Named.Single(rule => rule.Name == name);
}
