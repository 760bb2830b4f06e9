"""First names that are short for one another, so that Bill and William are no contradiction."""

_SETS = """
abigail abi abbie gail; albert al bert bertie; alexander alex sandy xander sasha; alexandra alex sandra lexi sasha
alfred alf alfie fred; amanda mandy; andrew andy drew; angela angie; anthony tony ant; antony tony; barbara barb babs
benjamin ben benny; bernard bernie; bradley brad; caroline carol carrie; catherine cath cathy kate katie kitty cat
katherine kath kathy kate katie kitty kat; charles charlie chas chuck; charlotte charlie lottie
christine chris chrissie tina; christopher chris kit; cynthia cindy; daniel dan danny; danielle dani; david dave davy
deborah debbie deb; dominic dom; donald don donnie; dorothy dot dotty dolly; edward ed eddie ted teddy ned
eleanor ellie nell nora; elizabeth liz lizzie beth betty eliza libby lisa bess; emily em emmie; emma em; florence flo florrie
frances fran frankie; francis frank frankie; frederick fred freddie; gabriel gabe; gabriella gabby ella; geoffrey geoff
george georgie; georgina georgie gina; gerald gerry; gillian gill jill; gregory greg; harold harry hal; harriet hattie
harrison harry; henry harry hal hank; isabel bel izzy bella; isabella bella izzy ella; isobel izzy; jacob jake
jacqueline jackie; james jim jimmy jamie; jane janey; janet jan; jason jay; jeffrey jeff; jennifer jen jenny
jessica jess jessie; joanna jo; joanne jo; john johnny jack; jonathan jon johnny; joseph joe joey; josephine jo josie
joshua josh; judith judy; julia jules; julie jules; katrina trina; kenneth ken kenny; kimberley kim kimmy; kimberly kim kimmy
laurence larry laurie; lawrence larry laurie; leonard len lenny; lesley les; leslie les; louise lou; louis lou
lucinda lucy cindy; lucy lu; madeleine maddie; margaret maggie meg peggy greta marge daisy; maria mia; mary molly polly
matthew matt; maximilian max; melanie mel; melissa mel; michael mike mick mikey mickey; michelle shelly; mohammed mo
muhammad mo; natalie nat; natasha tasha nat; nathan nat nate; nathaniel nat nate; nicholas nick nicky; nicola nicky nikki
olivia liv livvy; oliver ollie; pamela pam; patricia pat patty trish tricia; patrick pat paddy; peter pete; philip phil
phillip phil; phoebe phebe; rachel rach; raymond ray; rebecca becky becca; richard rick ricky dick rich richie
robert rob bob bobby robbie bert; roger rodge; ronald ron ronnie; rosemary rosie rose; russell russ; samantha sam sammy
samuel sam sammy; sandra sandy; sarah sally sadie; sebastian seb; sharon shaz; simon si; sophia sophie; stanley stan
stephanie steph; stephen steve; steven steve; stuart stu; susan sue susie; susannah sue susie; terence terry
teresa terry tess; theodore theo ted teddy; theresa terry tess; thomas tom tommy; timothy tim timmy; toby tobias; valerie val
vanessa nessa; veronica ronnie; victoria vicky tori vic; vincent vince; walter wally walt; wendy wen
william will bill billy willy liam; winifred winnie; zachary zac zack; zoe zo
"""
_SHORT = {
    (whole, short)
    for line in _SETS.replace("\n", ";").split(";")
    if line.split()
    for whole, *shorts in [line.split()]
    for short in shorts
}


def are_nicknames(one: str, other: str) -> bool:
    """Whether one of the first names is short for the other, or only a common ending apart (Kim and Kimmy). Both plain."""
    if not one or not other:
        return False
    if (one, other) in _SHORT or (other, one) in _SHORT:
        return True
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return len(short) > 2 and any(long in (short + end, short + short[-1] + end) for end in ("y", "ie", "i", "ey"))
