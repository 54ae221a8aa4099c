namespace Gleaner;

/// <summary>How an arm is drawn: by colour, by dash and by mark, so that each tells it apart alone among eight arms. Marks are centred and some 9 wide.</summary>
sealed record ArmMark(string Color, string? Dash, string Shape)
{
    static readonly string?[] Dashes = [null, "8 4", "2 4", "10 3 2 3", "14 4", "5 2", "2 2", "12 3 2 3 2 3"];

    static readonly string[] Shapes =
    [
        "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",           // circle
        "m-4 -4h8v8h-8z",                                          // square
        "m0 -5l5 9h-10z",                                          // triangle
        "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z",                     // diamond
        "m0 5l5 -9h-10z",                                          // triangle upside down
        "m-1.7 -5h3.4v3.3h3.3v3.4h-3.3v3.3h-3.4v-3.3h-3.3v-3.4h3.3z", // plus
        "m-5.5 -2.5h11v5h-11z",                                    // bar
        "m-2.5 -5.5h5v11h-5z",                                     // pillar
    ];

    public static ArmMark Of(int arm) => new($"var(--a{arm % 8})", Dashes[arm % 8], Shapes[arm % 8]);

    /// <summary>As an attribute of a group.</summary>
    public string Style => $"stroke:{Color};fill:{Color}";
}
